-- CreateTable
CREATE TABLE "activity_rollups" (
    "step" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "result" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "latencies" INTEGER[],

    CONSTRAINT "activity_rollups_pkey" PRIMARY KEY ("step","kind","at","result","target","agent_id")
);

-- CreateTable
CREATE TABLE "connection_samples" (
    "step" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "target" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "connection_samples_pkey" PRIMARY KEY ("step","at","target","status")
);

-- CreateIndex
CREATE INDEX "activity_rollups_step_at_idx" ON "activity_rollups"("step", "at");

-- The overview counts the log from its start, so that an upgrade shows what was before it.
INSERT INTO "audit_sinks" ("name", "seq")
VALUES ('valetkey:overview', coalesce((SELECT max("through_seq") FROM "audit_trims"), 0));
