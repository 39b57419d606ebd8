-- More ends of authority that other processes hear of at once.
CREATE TRIGGER "operator_roles_notify" AFTER UPDATE OF "role" ON "operators"
  FOR EACH STATEMENT EXECUTE FUNCTION "authority_notify"();
CREATE TRIGGER "mcp_sessions_notify" AFTER UPDATE OF "ended_at" OR DELETE ON "mcp_sessions"
  FOR EACH STATEMENT EXECUTE FUNCTION "authority_notify"();
