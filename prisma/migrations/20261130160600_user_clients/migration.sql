-- AlterTable
ALTER TABLE "agents" ADD COLUMN     "user_clients" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "mcp_sessions" ADD COLUMN     "client_id" TEXT,
ADD COLUMN     "client_name" TEXT,
ALTER COLUMN "hash" DROP NOT NULL,
ALTER COLUMN "maker_id" DROP NOT NULL,
ALTER COLUMN "key_id" DROP NOT NULL;

-- CreateTable
CREATE TABLE "oauth_records" (
    "kind" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "payload" JSONB NOT NULL,
    "session_id" TEXT,
    "consumed_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "oauth_records_pkey" PRIMARY KEY ("kind","hash")
);

-- CreateIndex
CREATE INDEX "oauth_records_session_id_idx" ON "oauth_records"("session_id");

-- CreateIndex
CREATE INDEX "oauth_records_expires_at_idx" ON "oauth_records"("expires_at");

-- AddForeignKey
ALTER TABLE "oauth_records" ADD CONSTRAINT "oauth_records_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "mcp_sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A session has a token and a maker of its own, or is a user's own client with the tokens of the authorization server.
ALTER TABLE "mcp_sessions" ADD CONSTRAINT "mcp_sessions_client_check"
  CHECK (num_nonnulls("hash", "maker_id", "key_id") = CASE WHEN "client_id" IS NULL THEN 3 ELSE 0 END);
