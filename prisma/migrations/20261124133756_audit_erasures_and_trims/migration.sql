CREATE TABLE "audit_erasures" (
    "id" TEXT NOT NULL,
    "user_id" TEXT,
    "erased" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "holder" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "audit_erasures_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "audit_erasures_user_id_key" ON "audit_erasures"("user_id");

CREATE TABLE "audit_trims" (
    "through_seq" BIGINT NOT NULL,
    "through_hash" BYTEA NOT NULL,
    "events" BIGINT NOT NULL,
    "before" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "audit_trims_pkey" PRIMARY KEY ("through_seq")
);

-- What is below runs with the rights of whoever migrates, so that the application needs none but to call it.
-- (\073 is a semicolon, as before.)

-- Erases what the log says about a user, at most so many events of it, and tells their positions.
CREATE FUNCTION "audit_events_erase"("who" TEXT, "most" INTEGER) RETURNS SETOF BIGINT LANGUAGE sql SECURITY DEFINER AS
E'WITH about AS (
    (SELECT seq, at FROM audit_events WHERE user_id = who ORDER BY at, seq LIMIT most)
    UNION
    (SELECT seq, at FROM audit_events WHERE actor_type = \'user\' AND actor_id = who AND actor_id IS DISTINCT FROM user_id
     LIMIT most))
  UPDATE audit_events AS event SET user_id = NULL, ip = NULL, arguments = NULL, salt = NULL, detail = \'{}\'::jsonb,
    actor_id = CASE WHEN actor_type = \'user\' THEN NULL ELSE actor_id END
  FROM about WHERE event.seq = about.seq AND event.at = about.at RETURNING event.seq';

-- Of a trim, only its end may be added.
CREATE FUNCTION "audit_trims_finish_only"() RETURNS trigger LANGUAGE plpgsql AS
E'BEGIN
  IF OLD.finished_at IS NULL AND (NEW.through_seq, NEW.through_hash, NEW.events, NEW.before, NEW.started_at)
    IS NOT DISTINCT FROM (OLD.through_seq, OLD.through_hash, OLD.events, OLD.before, OLD.started_at)
  THEN RETURN NEW\073 END IF\073
  RAISE EXCEPTION \'audit_trims is append-only\'\073
END\073';
CREATE TRIGGER "audit_trims_finish_only" BEFORE UPDATE ON "audit_trims"
  FOR EACH ROW EXECUTE FUNCTION "audit_trims_finish_only"();
CREATE TRIGGER "audit_trims_no_delete" BEFORE DELETE ON "audit_trims"
  FOR EACH ROW EXECUTE FUNCTION "audit_append_only"();
CREATE TRIGGER "audit_trims_no_truncate" BEFORE TRUNCATE ON "audit_trims"
  FOR EACH STATEMENT EXECUTE FUNCTION "audit_append_only"();

-- An event goes only with a trim that is on record.
CREATE FUNCTION "audit_events_trim_only"() RETURNS trigger LANGUAGE plpgsql AS
E'BEGIN
  IF OLD.seq <= (SELECT max(through_seq) FROM audit_trims) THEN RETURN OLD\073 END IF\073
  RAISE EXCEPTION \'audit_events is append-only\'\073
END\073';
DROP TRIGGER "audit_events_no_delete" ON "audit_events";
CREATE TRIGGER "audit_events_trim_only" BEFORE DELETE ON "audit_events"
  FOR EACH ROW EXECUTE FUNCTION "audit_events_trim_only"();

-- Lets go what the newest trim on record covers: old months whole, and single events where clocks were wrong.
CREATE FUNCTION "audit_events_trim"() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS
E'DECLARE
  covered audit_trims%ROWTYPE\073
  part text\073
  newest bigint\073
BEGIN
  SELECT * INTO covered FROM audit_trims ORDER BY through_seq DESC LIMIT 1\073
  IF covered.through_seq IS NULL OR covered.through_seq > (SELECT max(seq) FROM audit_checkpoints) THEN
    RAISE EXCEPTION \'no checkpoint vouches for what would be let go\'\073
  END IF\073
  FOR part IN SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = \'audit_events\'::regclass ORDER BY relname
  LOOP
    EXECUTE format(\'SELECT max(seq) FROM %I\', part) INTO newest\073
    IF coalesce(newest, 0) <= covered.through_seq
      AND part < \'audit_events_\' || to_char(covered.before AT TIME ZONE \'UTC\', \'YYYY_MM\')
    THEN EXECUTE format(\'DROP TABLE %I\', part)\073
    ELSE EXECUTE format(\'DELETE FROM %I WHERE seq <= $1\', part) USING covered.through_seq\073
    END IF\073
  END LOOP\073
END\073';

-- Nobody puts a table of theirs before ours: what runs with the owner's rights looks in this schema only.
DO E'BEGIN
  EXECUTE format(\'ALTER FUNCTION audit_events_add_months(integer) SET search_path = %I, pg_temp\', current_schema())\073
  EXECUTE format(\'ALTER FUNCTION audit_events_erase(text, integer) SET search_path = %I, pg_temp\', current_schema())\073
  EXECUTE format(\'ALTER FUNCTION audit_events_trim() SET search_path = %I, pg_temp\', current_schema())\073
END\073';
