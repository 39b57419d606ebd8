-- AlterTable
ALTER TABLE "operator_sessions" ADD COLUMN     "proven_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateTable
CREATE TABLE "operator_totp" (
    "id" TEXT NOT NULL,
    "operator_id" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "confirmed_at" TIMESTAMPTZ(3),
    "last_step" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "operator_totp_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "operator_recovery_codes" (
    "hash" BYTEA NOT NULL,
    "operator_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "operator_recovery_codes_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "operator_sign_ins" (
    "token_hash" BYTEA NOT NULL,
    "operator_id" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "operator_sign_ins_pkey" PRIMARY KEY ("token_hash")
);

-- CreateIndex
CREATE UNIQUE INDEX "operator_totp_operator_id_key" ON "operator_totp"("operator_id");

-- CreateIndex
CREATE INDEX "operator_recovery_codes_operator_id_idx" ON "operator_recovery_codes"("operator_id");

-- CreateIndex
CREATE INDEX "operator_sign_ins_expires_at_idx" ON "operator_sign_ins"("expires_at");

-- CreateIndex
CREATE INDEX "operator_sign_ins_operator_id_idx" ON "operator_sign_ins"("operator_id");

-- AddForeignKey
ALTER TABLE "operator_totp" ADD CONSTRAINT "operator_totp_operator_id_fkey" FOREIGN KEY ("operator_id") REFERENCES "operators"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operator_recovery_codes" ADD CONSTRAINT "operator_recovery_codes_operator_id_fkey" FOREIGN KEY ("operator_id") REFERENCES "operators"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operator_sign_ins" ADD CONSTRAINT "operator_sign_ins_operator_id_fkey" FOREIGN KEY ("operator_id") REFERENCES "operators"("id") ON DELETE CASCADE ON UPDATE CASCADE;
