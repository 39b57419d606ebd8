-- CreateTable
CREATE TABLE "proxy_links" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "connection_id" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "caller_type" TEXT NOT NULL,
    "caller_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "proxy_links_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "proxy_links_connection_id_idx" ON "proxy_links"("connection_id");

-- CreateIndex
CREATE INDEX "proxy_links_expires_at_idx" ON "proxy_links"("expires_at");

-- AddForeignKey
ALTER TABLE "proxy_links" ADD CONSTRAINT "proxy_links_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "connections"("id") ON DELETE CASCADE ON UPDATE CASCADE;
