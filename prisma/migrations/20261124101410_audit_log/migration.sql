-- Nothing was released before this: the log starts anew, partitioned by month, with a head that knows its time.
DROP TABLE "audit_events";
DROP FUNCTION "audit_events_append_only"();

CREATE TABLE "audit_events" (
    "seq" BIGINT NOT NULL,
    "id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "type" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "actor_type" TEXT NOT NULL,
    "actor_id" TEXT,
    "user_id" TEXT,
    "agent_id" TEXT,
    "connection_id" TEXT,
    "task_id" TEXT,
    "target" TEXT,
    "action" TEXT,
    "request_id" TEXT,
    "key_id" TEXT,
    "scopes" TEXT,
    "duration_ms" INTEGER,
    "provider_status" INTEGER,
    "ip" TEXT,
    "arguments" JSONB,
    "detail" JSONB NOT NULL,
    "salt" BYTEA,
    "personal_digest" BYTEA NOT NULL,
    "prev_hash" BYTEA NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_events_pkey" PRIMARY KEY ("seq", "at")
) PARTITION BY RANGE ("at");

-- Newest first by (at, seq), which is the order of the chain: at never steps back. Rows without a value are not kept.
CREATE INDEX "audit_events_id_idx" ON "audit_events"("id");
CREATE INDEX "audit_events_at_seq_idx" ON "audit_events"("at", "seq");
CREATE INDEX "audit_events_user_id_at_seq_idx" ON "audit_events"("user_id", "at", "seq") WHERE "user_id" IS NOT NULL;
CREATE INDEX "audit_events_agent_id_at_seq_idx" ON "audit_events"("agent_id", "at", "seq") WHERE "agent_id" IS NOT NULL;
CREATE INDEX "audit_events_connection_id_at_seq_idx" ON "audit_events"("connection_id", "at", "seq") WHERE "connection_id" IS NOT NULL;
CREATE INDEX "audit_events_task_id_idx" ON "audit_events"("task_id") WHERE "task_id" IS NOT NULL;
CREATE INDEX "audit_events_type_at_seq_idx" ON "audit_events"("type", "at", "seq");
CREATE INDEX "audit_events_action_at_seq_idx" ON "audit_events"("action", "at", "seq") WHERE "action" IS NOT NULL;
CREATE INDEX "audit_events_outcome_at_seq_idx" ON "audit_events"("outcome", "at", "seq") WHERE "outcome" IN ('failed', 'denied');
CREATE INDEX "audit_events_foreign_actor_idx" ON "audit_events"("actor_id") WHERE "actor_type" = 'user' AND "actor_id" IS DISTINCT FROM "user_id";

-- Append-only, but for one change: what says something about a user may be erased, all of it at once.
-- (\073 is a semicolon: the migration engine splits scripts at the character itself, even inside a function.)
CREATE FUNCTION "audit_append_only"() RETURNS trigger LANGUAGE plpgsql AS
E'BEGIN RAISE EXCEPTION \'% is append-only\', TG_TABLE_NAME\073 END\073';
CREATE FUNCTION "audit_events_erase_only"() RETURNS trigger LANGUAGE plpgsql AS
E'BEGIN
  IF NEW.user_id IS NULL AND NEW.ip IS NULL AND NEW.arguments IS NULL AND NEW.salt IS NULL AND NEW.detail = \'{}\'::jsonb
    AND (NEW.actor_id IS NOT DISTINCT FROM OLD.actor_id OR (OLD.actor_type = \'user\' AND NEW.actor_id IS NULL))
    AND (NEW.seq, NEW.id, NEW.at, NEW.type, NEW.outcome, NEW.actor_type, NEW.agent_id, NEW.connection_id, NEW.task_id,
         NEW.target, NEW.action, NEW.request_id, NEW.key_id, NEW.scopes, NEW.duration_ms, NEW.provider_status,
         NEW.personal_digest, NEW.prev_hash, NEW.hash)
      IS NOT DISTINCT FROM
        (OLD.seq, OLD.id, OLD.at, OLD.type, OLD.outcome, OLD.actor_type, OLD.agent_id, OLD.connection_id, OLD.task_id,
         OLD.target, OLD.action, OLD.request_id, OLD.key_id, OLD.scopes, OLD.duration_ms, OLD.provider_status,
         OLD.personal_digest, OLD.prev_hash, OLD.hash)
  THEN RETURN NEW\073 END IF\073
  RAISE EXCEPTION \'audit_events is append-only\'\073
END\073';
CREATE TRIGGER "audit_events_erase_only" BEFORE UPDATE ON "audit_events"
  FOR EACH ROW EXECUTE FUNCTION "audit_events_erase_only"();
CREATE TRIGGER "audit_events_no_delete" BEFORE DELETE ON "audit_events"
  FOR EACH ROW EXECUTE FUNCTION "audit_append_only"();
CREATE TRIGGER "audit_events_no_truncate" BEFORE TRUNCATE ON "audit_events"
  FOR EACH STATEMENT EXECUTE FUNCTION "audit_append_only"();

-- What fits no month goes here, so that no event is ever refused for want of a partition.
CREATE TABLE "audit_events_other" PARTITION OF "audit_events" DEFAULT;
CREATE TRIGGER "audit_events_no_truncate" BEFORE TRUNCATE ON "audit_events_other"
  FOR EACH STATEMENT EXECUTE FUNCTION "audit_append_only"();

-- Partitions from this month on. A month whose events lie in audit_events_other already stays there.
CREATE FUNCTION "audit_events_add_months"("ahead" INTEGER) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS
E'DECLARE
  month timestamp := date_trunc(\'month\', now() AT TIME ZONE \'UTC\')\073
  name text\073
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext(\'valetkey audit months\'))\073
  FOR n IN 0..ahead LOOP
    name := \'audit_events_\' || to_char(month, \'YYYY_MM\')\073
    IF to_regclass(name) IS NULL THEN
      BEGIN
        EXECUTE format(\'CREATE TABLE %I (LIKE audit_events INCLUDING DEFAULTS)\', name)\073
        EXECUTE format(\'CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()\', name)\073
        EXECUTE format(\'ALTER TABLE audit_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)\', name,
          month::text || \'+00\', (month + interval \'1 month\')::text || \'+00\')\073
      EXCEPTION WHEN check_violation THEN NULL\073
      END\073
    END IF\073
    month := month + interval \'1 month\'\073
  END LOOP\073
END\073';
SELECT "audit_events_add_months"(12);

ALTER TABLE "audit_head" ADD COLUMN "at" TIMESTAMPTZ(3) NOT NULL DEFAULT 'epoch';
ALTER TABLE "audit_head" ALTER COLUMN "at" DROP DEFAULT;
UPDATE "audit_head" SET "seq" = 0, "hash" = decode(repeat('00', 32), 'hex');

CREATE TABLE "audit_keys" (
    "id" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "public_jwk" JSONB,
    "sealed_secret" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "audit_keys_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "audit_checkpoints" (
    "seq" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "key_id" TEXT NOT NULL,
    "signature" BYTEA NOT NULL,

    CONSTRAINT "audit_checkpoints_pkey" PRIMARY KEY ("seq")
);
CREATE TRIGGER "audit_checkpoints_no_change" BEFORE UPDATE OR DELETE ON "audit_checkpoints"
  FOR EACH ROW EXECUTE FUNCTION "audit_append_only"();
CREATE TRIGGER "audit_checkpoints_no_truncate" BEFORE TRUNCATE ON "audit_checkpoints"
  FOR EACH STATEMENT EXECUTE FUNCTION "audit_append_only"();

CREATE TABLE "audit_anchors" (
    "name" TEXT NOT NULL,
    "through_seq" BIGINT NOT NULL DEFAULT 0,
    "anchored_at" TIMESTAMPTZ(3),
    "failed_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "audit_anchors_pkey" PRIMARY KEY ("name")
);
