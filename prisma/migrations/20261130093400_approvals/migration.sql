-- AlterTable
ALTER TABLE "tasks" ADD COLUMN     "approval_id" TEXT;

-- CreateTable
CREATE TABLE "approvals" (
    "id" TEXT NOT NULL,
    "task_id" TEXT NOT NULL,
    "effect_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "caller_type" TEXT NOT NULL,
    "caller_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "connection_id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "account_name" TEXT NOT NULL,
    "arguments" JSONB NOT NULL,
    "hash" BYTEA NOT NULL,
    "requested_hash" BYTEA NOT NULL,
    "pinned_hash" BYTEA NOT NULL,
    "pins" JSONB NOT NULL,
    "uses" INTEGER NOT NULL,
    "used_effects" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "basis" TEXT[],
    "policies" TEXT[],
    "approvers" TEXT NOT NULL,
    "ask" TEXT,
    "status" TEXT NOT NULL,
    "reason" TEXT,
    "decided_by_type" TEXT,
    "decided_by_id" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "changed" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "last_used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "approvals_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "approvals_caller_type_caller_id_status_idx" ON "approvals"("caller_type", "caller_id", "status");

-- CreateIndex
CREATE INDEX "approvals_user_id_created_at_idx" ON "approvals"("user_id", "created_at");

-- CreateIndex
CREATE INDEX "approvals_status_expires_at_idx" ON "approvals"("status", "expires_at");

-- CreateIndex
CREATE INDEX "approvals_created_at_id_idx" ON "approvals"("created_at", "id");

-- CreateIndex
CREATE INDEX "approvals_task_id_idx" ON "approvals"("task_id");

-- AddForeignKey
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "tasks"("id") ON DELETE CASCADE ON UPDATE CASCADE;
