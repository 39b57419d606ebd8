-- AlterTable
ALTER TABLE "tasks" ADD COLUMN     "key_id" TEXT;

-- Of tasks that are still to act, the log knows the key.
UPDATE "tasks" t SET "key_id" = e."key_id"
FROM "audit_events" e
WHERE e."task_id" = t."id" AND e."type" = 'task.queued' AND t."agent_id" IS NOT NULL
  AND t."status" NOT IN ('succeeded', 'failed', 'canceled', 'outcome_unknown');

-- CreateIndex
CREATE INDEX "tasks_caller_type_caller_id_status_idx" ON "tasks"("caller_type", "caller_id", "status");
