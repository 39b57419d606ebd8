-- AlterTable
ALTER TABLE "tasks" ADD COLUMN     "schedule_id" TEXT;

-- CreateTable
CREATE TABLE "schedules" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "caller_type" TEXT NOT NULL,
    "caller_id" TEXT NOT NULL,
    "agent_id" TEXT,
    "key_id" TEXT,
    "name" TEXT,
    "action" TEXT NOT NULL,
    "connection_id" TEXT,
    "input" JSONB NOT NULL,
    "priority" SMALLINT NOT NULL,
    "cron" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "missed_runs" TEXT NOT NULL,
    "paused_at" TIMESTAMPTZ(3),
    "paused_reason" TEXT,
    "next_run_at" TIMESTAMPTZ(3),
    "last_run_at" TIMESTAMPTZ(3),
    "last_outcome" TEXT,
    "last_task_id" TEXT,
    "last_problem" JSONB,
    "holder" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "idempotency_key" TEXT,
    "request_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "schedules_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "schedules_user_id_created_at_idx" ON "schedules"("user_id", "created_at");

-- CreateIndex
CREATE INDEX "schedules_agent_id_idx" ON "schedules"("agent_id");

-- CreateIndex
CREATE INDEX "schedules_created_at_id_idx" ON "schedules"("created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "schedules_caller_type_caller_id_idempotency_key_key" ON "schedules"("caller_type", "caller_id", "idempotency_key");

-- AddForeignKey
ALTER TABLE "schedules" ADD CONSTRAINT "schedules_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Those that run, by their next run.
CREATE INDEX "schedules_next_run_at_idx" ON "schedules"("next_run_at") WHERE "next_run_at" IS NOT NULL;

-- The runs of a schedule.
CREATE INDEX "tasks_schedule_id_idx" ON "tasks"("schedule_id", "id") WHERE "schedule_id" IS NOT NULL;
