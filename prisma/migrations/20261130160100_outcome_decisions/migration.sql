-- AlterTable
ALTER TABLE "tasks" ADD COLUMN     "outcome_decision" JSONB;
