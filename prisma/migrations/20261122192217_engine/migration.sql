-- AlterTable
ALTER TABLE "connections" ADD COLUMN     "checked_at" TIMESTAMPTZ(3),
ADD COLUMN     "failed_at" TIMESTAMPTZ(3),
ADD COLUMN     "failure" TEXT,
ADD COLUMN     "union_by_us" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "token_sets" ADD COLUMN     "failures" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "refresh_at" TIMESTAMPTZ(3),
ADD COLUMN     "retry_at" TIMESTAMPTZ(3),
ADD COLUMN     "unanswered_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "authorizations" ADD COLUMN     "alias" TEXT,
ADD COLUMN     "for_connection_id" TEXT,
ADD COLUMN     "granted_scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "held_until" TIMESTAMPTZ(3),
ADD COLUMN     "obtained_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "vault_keys" ADD COLUMN     "provider" TEXT NOT NULL DEFAULT 'local',
ADD COLUMN     "wrapped_key" BYTEA;

-- CreateTable
CREATE TABLE "rewraps" (
    "id" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "store" TEXT,
    "cursor" TEXT,
    "done" INTEGER NOT NULL DEFAULT 0,
    "total" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "holder" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "rewraps_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "deleted_users" (
    "user_hash" BYTEA NOT NULL,
    "deleted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "deleted_users_pkey" PRIMARY KEY ("user_hash")
);

-- CreateIndex
CREATE INDEX "rewraps_status_idx" ON "rewraps"("status");

-- CreateIndex
CREATE INDEX "authorizations_held_until_idx" ON "authorizations"("held_until");

-- CreateIndex
CREATE INDEX "connections_account_id_idx" ON "connections"("account_id");

-- CreateIndex
CREATE UNIQUE INDEX "connections_user_id_connector_id_alias_key" ON "connections"("user_id", "connector_id", "alias");

-- CreateIndex
CREATE INDEX "token_sets_refresh_at_idx" ON "token_sets"("refresh_at");

-- What can be refreshed is from now on refreshed before it expires.
UPDATE "token_sets" SET "refresh_at" = "expires_at" - interval '5 minutes' WHERE "refreshable";
