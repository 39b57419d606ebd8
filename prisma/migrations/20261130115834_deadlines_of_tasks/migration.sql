-- AlterTable
ALTER TABLE "tasks" ADD COLUMN     "deadline_at" TIMESTAMPTZ(3),
ADD COLUMN     "priority" SMALLINT NOT NULL DEFAULT 4;

-- Of the few tasks that have a deadline, those that may still miss it.
CREATE INDEX "tasks_deadline_at_idx" ON "tasks"("deadline_at")
  WHERE "deadline_at" IS NOT NULL AND "sent_at" IS NULL AND "finished_at" IS NULL;
