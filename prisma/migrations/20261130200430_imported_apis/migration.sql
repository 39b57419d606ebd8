-- CreateTable
CREATE TABLE "imported_apis" (
    "provider" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "imported_apis_pkey" PRIMARY KEY ("provider")
);

-- CreateTable
CREATE TABLE "imported_api_versions" (
    "provider" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "document_version" TEXT NOT NULL,
    "operations" TEXT NOT NULL,
    "scopes" TEXT NOT NULL,
    "imported_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "imported_api_versions_pkey" PRIMARY KEY ("provider","version")
);

-- AddForeignKey
ALTER TABLE "imported_api_versions" ADD CONSTRAINT "imported_api_versions_provider_fkey" FOREIGN KEY ("provider") REFERENCES "imported_apis"("provider") ON DELETE CASCADE ON UPDATE CASCADE;

-- Every process uses what was imported at once. \073 is a semicolon, which would end the statement here.
CREATE FUNCTION "imports_notify"() RETURNS trigger LANGUAGE plpgsql AS E'BEGIN
  PERFORM pg_notify(\'valetkey_imports\', \'\')\073
  RETURN NULL\073
END';

CREATE TRIGGER "imported_apis_notify" AFTER INSERT OR UPDATE OR DELETE ON "imported_apis"
  FOR EACH STATEMENT EXECUTE FUNCTION "imports_notify"();
