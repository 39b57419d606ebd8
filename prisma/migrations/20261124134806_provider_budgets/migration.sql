-- CreateTable
CREATE TABLE "provider_budgets" (
    "account" TEXT NOT NULL,
    "budget" TEXT NOT NULL,
    "leases" JSONB NOT NULL,
    "version" INTEGER NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "provider_budgets_pkey" PRIMARY KEY ("account","budget")
);

-- CreateTable
CREATE TABLE "provider_pauses" (
    "account" TEXT NOT NULL,
    "budget" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "provider_pauses_pkey" PRIMARY KEY ("account","budget")
);

-- CreateIndex
CREATE INDEX "provider_budgets_expires_at_idx" ON "provider_budgets"("expires_at");

-- CreateIndex
CREATE INDEX "provider_pauses_until_idx" ON "provider_pauses"("until");
