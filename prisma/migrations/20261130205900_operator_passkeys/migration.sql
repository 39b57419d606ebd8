-- CreateTable
CREATE TABLE "operator_passkeys" (
    "id" TEXT NOT NULL,
    "operator_id" TEXT NOT NULL,
    "credential_id" TEXT NOT NULL,
    "public_key" BYTEA NOT NULL,
    "counter" BIGINT NOT NULL DEFAULT 0,
    "transports" TEXT[],
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "operator_passkeys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "operator_challenges" (
    "hash" BYTEA NOT NULL,
    "bound_to" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "operator_challenges_pkey" PRIMARY KEY ("hash")
);

-- CreateIndex
CREATE UNIQUE INDEX "operator_passkeys_credential_id_key" ON "operator_passkeys"("credential_id");

-- CreateIndex
CREATE INDEX "operator_passkeys_operator_id_idx" ON "operator_passkeys"("operator_id");

-- CreateIndex
CREATE INDEX "operator_challenges_expires_at_idx" ON "operator_challenges"("expires_at");

-- AddForeignKey
ALTER TABLE "operator_passkeys" ADD CONSTRAINT "operator_passkeys_operator_id_fkey" FOREIGN KEY ("operator_id") REFERENCES "operators"("id") ON DELETE CASCADE ON UPDATE CASCADE;
