-- CreateTable
CREATE TABLE "audit_cosignatures" (
    "size" BIGINT NOT NULL,
    "witness" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "line" TEXT NOT NULL,

    CONSTRAINT "audit_cosignatures_pkey" PRIMARY KEY ("size", "witness")
);

-- AddForeignKey
ALTER TABLE "audit_cosignatures" ADD CONSTRAINT "audit_cosignatures_size_fkey" FOREIGN KEY ("size") REFERENCES "audit_checkpoints"("size") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TRIGGER "audit_cosignatures_no_change" BEFORE UPDATE OR DELETE ON "audit_cosignatures"
  FOR EACH ROW EXECUTE FUNCTION "audit_append_only"();
CREATE TRIGGER "audit_cosignatures_no_truncate" BEFORE TRUNCATE ON "audit_cosignatures"
  FOR EACH STATEMENT EXECUTE FUNCTION "audit_append_only"();
