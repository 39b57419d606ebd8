-- The log becomes a transparency log: events are inserted without a lock, and a leader among the workers moves them
-- into a Merkle tree (RFC 9162). (\073 is a semicolon, as before: the migration engine splits scripts at it.)

-- A heap without index, partition or trigger: an insert waits for nobody. What is moved out leaves dead rows at a high
-- rate: the leader vacuums, and a truncation would wait for a lock.
CREATE TABLE "audit_inbox" (
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
    "salt" BYTEA NOT NULL
) WITH (vacuum_truncate = off, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

CREATE TABLE "audit_tree" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "first_seq" BIGINT NOT NULL,
    "size" BIGINT NOT NULL DEFAULT 0,
    "edge" BYTEA NOT NULL DEFAULT '',
    "epoch" BIGINT NOT NULL DEFAULT 0,
    "holder" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "note" TEXT,

    CONSTRAINT "audit_tree_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "audit_tree_is_one" CHECK ("id" = 1)
);

-- Complete subtrees of levels 8, 16, 24, …: the leaves are the hashes of the events.
CREATE TABLE "audit_nodes" (
    "level" SMALLINT NOT NULL,
    "index" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_nodes_pkey" PRIMARY KEY ("level", "index")
);

-- The leaves of a tile of 256 that retention has cut through.
CREATE TABLE "audit_tiles" (
    "index" BIGINT NOT NULL,
    "hashes" BYTEA NOT NULL,

    CONSTRAINT "audit_tiles_pkey" PRIMARY KEY ("index")
);

-- What was recorded until now stays a chain. The first leaf of the tree says where it ended, with its last checkpoint.
INSERT INTO "audit_inbox" ("id", "at", "type", "outcome", "actor_type", "actor_id", "detail", "salt")
SELECT 'evt_' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 26), CURRENT_TIMESTAMP, 'audit_log.continued',
    'succeeded', 'system', 'audit_log',
    jsonb_build_object('throughSeq', head."seq"::text, 'throughHash', encode(head."hash", 'hex')) ||
      coalesce((SELECT jsonb_build_object('checkpoint', jsonb_build_object(
        'seq', "seq"::text, 'hash', encode("hash", 'hex'), 'keyId', "key_id",
        'at', to_char("at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'signature', rtrim(translate(replace(encode("signature", 'base64'), E'\n', ''), '+/', '-_'), '=')))
        FROM "audit_checkpoints" ORDER BY "seq" DESC LIMIT 1), '{}'),
    decode(replace(gen_random_uuid()::text, '-', ''), 'hex')
FROM "audit_head" AS head WHERE "seq" > 0;
INSERT INTO "audit_tree" ("first_seq") SELECT "seq" + 1 FROM "audit_head";
DROP TABLE "audit_head";

DROP TABLE "audit_checkpoints";
CREATE TABLE "audit_checkpoints" (
    "size" BIGINT NOT NULL,
    "root" BYTEA NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "note" TEXT NOT NULL,

    CONSTRAINT "audit_checkpoints_pkey" PRIMARY KEY ("size")
);
CREATE TRIGGER "audit_checkpoints_no_change" BEFORE UPDATE OR DELETE ON "audit_checkpoints"
  FOR EACH ROW EXECUTE FUNCTION "audit_append_only"();
CREATE TRIGGER "audit_checkpoints_no_truncate" BEFORE TRUNCATE ON "audit_checkpoints"
  FOR EACH STATEMENT EXECUTE FUNCTION "audit_append_only"();

-- Anchors are given the checkpoints of the tree from its first on.
DELETE FROM "audit_anchors";
ALTER TABLE "audit_anchors" RENAME COLUMN "through_seq" TO "through_size";

-- The hash before is that of the row before.
CREATE OR REPLACE FUNCTION "audit_events_erase_only"() RETURNS trigger LANGUAGE plpgsql AS
E'BEGIN
  IF NEW.user_id IS NULL AND NEW.ip IS NULL AND NEW.arguments IS NULL AND NEW.salt IS NULL AND NEW.detail = \'{}\'::jsonb
    AND (NEW.actor_id IS NOT DISTINCT FROM OLD.actor_id OR (OLD.actor_type = \'user\' AND NEW.actor_id IS NULL))
    AND (NEW.seq, NEW.id, NEW.at, NEW.type, NEW.outcome, NEW.actor_type, NEW.agent_id, NEW.connection_id, NEW.task_id,
         NEW.target, NEW.action, NEW.request_id, NEW.key_id, NEW.scopes, NEW.duration_ms, NEW.provider_status,
         NEW.personal_digest, NEW.hash)
      IS NOT DISTINCT FROM
        (OLD.seq, OLD.id, OLD.at, OLD.type, OLD.outcome, OLD.actor_type, OLD.agent_id, OLD.connection_id, OLD.task_id,
         OLD.target, OLD.action, OLD.request_id, OLD.key_id, OLD.scopes, OLD.duration_ms, OLD.provider_status,
         OLD.personal_digest, OLD.hash)
  THEN RETURN NEW\073 END IF\073
  RAISE EXCEPTION \'audit_events is append-only\'\073
END\073';
ALTER TABLE "audit_events" DROP COLUMN "prev_hash";

CREATE TRIGGER "audit_nodes_no_change" BEFORE UPDATE OR DELETE ON "audit_nodes"
  FOR EACH ROW EXECUTE FUNCTION "audit_append_only"();
CREATE TRIGGER "audit_nodes_no_truncate" BEFORE TRUNCATE ON "audit_nodes"
  FOR EACH STATEMENT EXECUTE FUNCTION "audit_append_only"();

-- Moves events from the inbox into the log, where they get their places: all of them, or none. It is told how many
-- leaves the tree had when they were hashed, and by which leader: when either is not so any more, nothing happens.
CREATE FUNCTION "audit_sequence"("leader_epoch" BIGINT, "old_size" BIGINT, "new_edge" BYTEA, "places" TEXT[], "ids" TEXT[],
  "digests" BYTEA[], "hashes" BYTEA[], "node_levels" INTEGER[], "node_indexes" BIGINT[], "node_hashes" BYTEA[])
RETURNS BOOLEAN LANGUAGE plpgsql SECURITY DEFINER AS
E'DECLARE
  first bigint\073
  taken bigint\073
BEGIN
  UPDATE audit_tree SET size = old_size + cardinality(ids), edge = new_edge, at = now()
  WHERE id = 1 AND size = old_size AND epoch = leader_epoch RETURNING first_seq INTO first\073
  IF NOT FOUND THEN RETURN false\073 END IF\073
  WITH gone AS (DELETE FROM audit_inbox WHERE ctid = ANY (places::tid[]) RETURNING *),
  leaf AS (SELECT * FROM unnest(ids, digests, hashes) WITH ORDINALITY AS each (id, digest, hash, n))
  INSERT INTO audit_events (seq, id, at, type, outcome, actor_type, actor_id, user_id, agent_id, connection_id, task_id,
    target, action, request_id, key_id, scopes, duration_ms, provider_status, ip, arguments, detail, salt,
    personal_digest, hash)
  SELECT first + old_size + leaf.n - 1, gone.id, gone.at, gone.type, gone.outcome, gone.actor_type, gone.actor_id,
    gone.user_id, gone.agent_id, gone.connection_id, gone.task_id, gone.target, gone.action, gone.request_id, gone.key_id,
    gone.scopes, gone.duration_ms, gone.provider_status, gone.ip, gone.arguments, gone.detail, gone.salt,
    leaf.digest, leaf.hash
  FROM leaf JOIN gone ON gone.id = leaf.id ORDER BY leaf.n\073
  GET DIAGNOSTICS taken = ROW_COUNT\073
  IF taken <> cardinality(ids) THEN
    RAISE EXCEPTION \'the inbox of the audit log has other events than were hashed\'\073
  END IF\073
  INSERT INTO audit_nodes (level, index, hash) SELECT * FROM unnest(node_levels, node_indexes, node_hashes)\073
  RETURN true\073
END\073';

-- As before, and keeps the leaves of the tile that the cut goes through: proofs of what stays need them.
CREATE OR REPLACE FUNCTION "audit_events_trim"() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS
E'DECLARE
  covered audit_trims%ROWTYPE\073
  tree audit_tree%ROWTYPE\073
  tile bigint\073
  part text\073
  newest bigint\073
BEGIN
  SELECT * INTO covered FROM audit_trims ORDER BY through_seq DESC LIMIT 1\073
  SELECT * INTO tree FROM audit_tree WHERE id = 1\073
  IF covered.through_seq IS NULL
    OR covered.through_seq >= tree.first_seq + coalesce((SELECT max(size) FROM audit_checkpoints), 0) THEN
    RAISE EXCEPTION \'no checkpoint vouches for what would be let go\'\073
  END IF\073
  IF covered.through_seq >= tree.first_seq THEN
    tile := (covered.through_seq - tree.first_seq) / 256\073
    INSERT INTO audit_tiles (index, hashes)
    SELECT tile, string_agg(hash, \'\'::bytea ORDER BY seq) FROM audit_events
    WHERE seq BETWEEN tree.first_seq + tile * 256 AND covered.through_seq HAVING count(*) > 0
    ON CONFLICT (index) DO UPDATE SET hashes = audit_tiles.hashes || excluded.hashes\073
    DELETE FROM audit_tiles WHERE index < tile\073
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

-- What runs with the owner's rights looks in this schema only.
DO E'BEGIN
  EXECUTE format(\'ALTER FUNCTION audit_sequence(bigint, bigint, bytea, text[], text[], bytea[], bytea[], integer[], bigint[], bytea[]) SET search_path = %I, pg_temp\', current_schema())\073
  EXECUTE format(\'ALTER FUNCTION audit_events_trim() SET search_path = %I, pg_temp\', current_schema())\073
END\073';
