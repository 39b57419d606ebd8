-- Searches for what one operator, or one of their keys, did. Other actors are found by the user or agent of the event.
CREATE INDEX "audit_events_operator_at_seq_idx" ON "audit_events"("actor_id", "at", "seq") WHERE "actor_type" = 'operator';
