-- AlterTable
ALTER TABLE "agents" ADD COLUMN     "user_tokens" TEXT NOT NULL DEFAULT 'any';
