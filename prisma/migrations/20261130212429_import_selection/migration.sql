-- AlterTable
ALTER TABLE "imported_api_versions" ADD COLUMN     "selected" TEXT NOT NULL DEFAULT '[]';
