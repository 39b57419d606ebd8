-- CreateTable
CREATE TABLE "sign_in_attempts" (
    "name" BYTEA NOT NULL,
    "full_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_attempts_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "sign_in_attempts_full_at_idx" ON "sign_in_attempts"("full_at");
