-- AlterTable
ALTER TABLE "policies" ADD COLUMN     "valid_until" TIMESTAMPTZ(3);
