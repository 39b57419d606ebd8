-- CreateTable
CREATE TABLE "kept_results" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "caller_type" TEXT NOT NULL,
    "caller_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "connection_id" TEXT NOT NULL,
    "task_id" TEXT,
    "bytes" INTEGER NOT NULL,
    "output" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "kept_results_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "kept_results_task_id_key" ON "kept_results"("task_id");

-- CreateIndex
CREATE INDEX "kept_results_user_id_caller_type_caller_id_created_at_idx" ON "kept_results"("user_id", "caller_type", "caller_id", "created_at");

-- CreateIndex
CREATE INDEX "kept_results_connection_id_idx" ON "kept_results"("connection_id");

-- CreateIndex
CREATE INDEX "kept_results_expires_at_idx" ON "kept_results"("expires_at");

-- AddForeignKey
ALTER TABLE "kept_results" ADD CONSTRAINT "kept_results_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "connections"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kept_results" ADD CONSTRAINT "kept_results_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "tasks"("id") ON DELETE CASCADE ON UPDATE CASCADE;
