-- CreateTable
CREATE TABLE "mcp_spent_states" (
    "id" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "mcp_spent_states_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "mcp_spent_states_expires_at_idx" ON "mcp_spent_states"("expires_at");
