-- CreateTable
CREATE TABLE "policy_counts" (
    "day" DATE NOT NULL,
    "key" BYTEA NOT NULL,
    "used" INTEGER NOT NULL,

    CONSTRAINT "policy_counts_pkey" PRIMARY KEY ("day","key")
);

-- CreateTable
CREATE TABLE "policy_counted_effects" (
    "effect_id" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "keys" BYTEA[],

    CONSTRAINT "policy_counted_effects_pkey" PRIMARY KEY ("effect_id")
);

-- CreateIndex
CREATE INDEX "policy_counted_effects_day_idx" ON "policy_counted_effects"("day");
