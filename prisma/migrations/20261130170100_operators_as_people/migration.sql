-- Sessions gain a name, a place and a last use. Those that are open have none of these: their operators sign in again.
DELETE FROM "operator_sessions";

-- AlterTable
ALTER TABLE "operators" ADD COLUMN     "last_sign_in_at" TIMESTAMPTZ(3),
ADD COLUMN     "link_hash" BYTEA,
ADD COLUMN     "link_until" TIMESTAMPTZ(3),
ALTER COLUMN "password_hash" DROP NOT NULL;

-- AlterTable
ALTER TABLE "operator_sessions" DROP COLUMN "csrf_hash",
ADD COLUMN     "id" TEXT NOT NULL,
ADD COLUMN     "ip" TEXT NOT NULL,
ADD COLUMN     "last_used_at" TIMESTAMPTZ(3) NOT NULL,
ADD COLUMN     "user_agent" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "operators_link_hash_key" ON "operators"("link_hash");

-- CreateIndex
CREATE UNIQUE INDEX "operator_sessions_id_key" ON "operator_sessions"("id");

-- CreateIndex
CREATE INDEX "operator_sessions_operator_id_idx" ON "operator_sessions"("operator_id");
