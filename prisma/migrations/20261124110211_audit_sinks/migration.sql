-- CreateTable
CREATE TABLE "audit_sinks" (
    "name" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_error" TEXT,
    "delivered_at" TIMESTAMPTZ(3),
    "holder" TEXT,
    "lease_until" TIMESTAMPTZ(3),

    CONSTRAINT "audit_sinks_pkey" PRIMARY KEY ("name")
);
