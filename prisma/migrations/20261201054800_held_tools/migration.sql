-- AlterTable
ALTER TABLE "imported_apis" ADD COLUMN     "held" JSONB NOT NULL DEFAULT '{}';
