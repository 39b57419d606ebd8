-- CreateTable
CREATE TABLE "approval_mails" (
    "approval_id" TEXT NOT NULL,
    "sent_to" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL,
    "lease_until" TIMESTAMPTZ(3),

    CONSTRAINT "approval_mails_pkey" PRIMARY KEY ("approval_id")
);

-- CreateIndex
CREATE INDEX "approval_mails_next_at_idx" ON "approval_mails"("next_at");

-- AddForeignKey
ALTER TABLE "approval_mails" ADD CONSTRAINT "approval_mails_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approvals"("id") ON DELETE CASCADE ON UPDATE CASCADE;
