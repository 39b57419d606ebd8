-- CreateTable
CREATE TABLE "standing_approvals" (
    "id" TEXT NOT NULL,
    "approval_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "caller_type" TEXT NOT NULL,
    "caller_id" TEXT NOT NULL,
    "key_id" TEXT,
    "action" TEXT NOT NULL,
    "effect" TEXT NOT NULL,
    "connection_id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "account_name" TEXT NOT NULL,
    "arguments" JSONB NOT NULL,
    "hash" BYTEA NOT NULL,
    "pinned_hash" BYTEA NOT NULL,
    "pins" JSONB NOT NULL,
    "basis" TEXT[],
    "policies" TEXT[],
    "uses" INTEGER NOT NULL,
    "uses_left" INTEGER NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'active',
    "made_by_type" TEXT NOT NULL,
    "made_by_id" TEXT NOT NULL,
    "end_reason" TEXT,
    "ended_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "valid_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "standing_approvals_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "standing_approval_uses" (
    "standing_approval_id" TEXT NOT NULL,
    "effect_id" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "task_id" TEXT,
    "used_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "standing_approval_uses_pkey" PRIMARY KEY ("standing_approval_id","effect_id")
);

-- CreateIndex
CREATE INDEX "standing_approvals_caller_type_caller_id_user_id_action_sta_idx" ON "standing_approvals"("caller_type", "caller_id", "user_id", "action", "status");

-- CreateIndex
CREATE INDEX "standing_approvals_user_id_id_idx" ON "standing_approvals"("user_id", "id");

-- CreateIndex
CREATE INDEX "standing_approvals_connection_id_idx" ON "standing_approvals"("connection_id");

-- CreateIndex
CREATE INDEX "standing_approvals_status_valid_until_idx" ON "standing_approvals"("status", "valid_until");

-- CreateIndex
CREATE INDEX "standing_approvals_created_at_id_idx" ON "standing_approvals"("created_at", "id");

-- AddForeignKey
ALTER TABLE "standing_approvals" ADD CONSTRAINT "standing_approvals_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "standing_approval_uses" ADD CONSTRAINT "standing_approval_uses_standing_approval_id_fkey" FOREIGN KEY ("standing_approval_id") REFERENCES "standing_approvals"("id") ON DELETE CASCADE ON UPDATE CASCADE;
