-- AlterTable
ALTER TABLE "approvals" ADD COLUMN     "agreed" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "needed" INTEGER NOT NULL DEFAULT 1;
