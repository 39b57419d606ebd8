-- AlterTable
ALTER TABLE "audit_erasures" ADD COLUMN     "unconfirmed_revocations" INTEGER NOT NULL DEFAULT 0;
