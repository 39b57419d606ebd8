-- AlterTable
ALTER TABLE "operators" ADD COLUMN     "reset_until" TIMESTAMPTZ(3),
ADD COLUMN     "sso_issuer" TEXT,
ADD COLUMN     "sso_link_until" TIMESTAMPTZ(3),
ADD COLUMN     "sso_subject" TEXT;

-- AlterTable
ALTER TABLE "operator_sessions" ADD COLUMN     "has_issuer_factor" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "operator_sso_requests" (
    "state_hash" BYTEA NOT NULL,
    "browser_hash" BYTEA NOT NULL,
    "session_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "operator_sso_requests_pkey" PRIMARY KEY ("state_hash")
);

-- CreateIndex
CREATE INDEX "operator_sso_requests_expires_at_idx" ON "operator_sso_requests"("expires_at");

-- CreateIndex
CREATE INDEX "operator_sso_requests_session_id_idx" ON "operator_sso_requests"("session_id");

-- CreateIndex
CREATE UNIQUE INDEX "operators_sso_issuer_sso_subject_key" ON "operators"("sso_issuer", "sso_subject");

-- AddForeignKey
ALTER TABLE "operator_sso_requests" ADD CONSTRAINT "operator_sso_requests_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "operator_sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "operators" ADD CONSTRAINT "operators_sso_identity_whole" CHECK (("sso_issuer" IS NULL) = ("sso_subject" IS NULL));
