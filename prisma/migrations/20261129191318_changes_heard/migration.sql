-- What other processes have to hear of at once (LISTEN). \073 is a semicolon, which would end the statement here.
CREATE FUNCTION "task_events_notify"() RETURNS trigger LANGUAGE plpgsql AS E'BEGIN
  PERFORM pg_notify(\'valetkey_tasks\', NEW."task_id")\073
  RETURN NULL\073
END';

CREATE TRIGGER "task_events_notify" AFTER INSERT ON "task_events"
  FOR EACH ROW EXECUTE FUNCTION "task_events_notify"();

CREATE FUNCTION "authority_notify"() RETURNS trigger LANGUAGE plpgsql AS E'BEGIN
  PERFORM pg_notify(\'valetkey_authority\', \'\')\073
  RETURN NULL\073
END';

CREATE TRIGGER "agents_notify" AFTER UPDATE OF "disabled_at" OR DELETE ON "agents"
  FOR EACH STATEMENT EXECUTE FUNCTION "authority_notify"();
CREATE TRIGGER "agent_keys_notify" AFTER UPDATE OF "revoked_at" OR DELETE ON "agent_keys"
  FOR EACH STATEMENT EXECUTE FUNCTION "authority_notify"();
CREATE TRIGGER "deleted_users_notify" AFTER INSERT OR UPDATE ON "deleted_users"
  FOR EACH STATEMENT EXECUTE FUNCTION "authority_notify"();
CREATE TRIGGER "operators_notify" AFTER UPDATE OF "disabled_at" OR DELETE ON "operators"
  FOR EACH STATEMENT EXECUTE FUNCTION "authority_notify"();
CREATE TRIGGER "operator_sessions_notify" AFTER DELETE ON "operator_sessions"
  FOR EACH STATEMENT EXECUTE FUNCTION "authority_notify"();
