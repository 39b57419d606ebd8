-- CreateTable
CREATE TABLE "operator_keys" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "prefix" TEXT NOT NULL,
    "maker_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "operator_keys_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "operator_keys_hash_key" ON "operator_keys"("hash");

-- CreateIndex
CREATE INDEX "operator_keys_maker_id_idx" ON "operator_keys"("maker_id");

-- AddForeignKey
ALTER TABLE "operator_keys" ADD CONSTRAINT "operator_keys_maker_id_fkey" FOREIGN KEY ("maker_id") REFERENCES "operators"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- Streams that a revoked key opened end. A key that expires ends them at their next look.
CREATE TRIGGER "operator_keys_notify" AFTER UPDATE OF "revoked_at" OR DELETE ON "operator_keys"
  FOR EACH STATEMENT EXECUTE FUNCTION "authority_notify"();
