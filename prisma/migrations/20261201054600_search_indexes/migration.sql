-- The operators' search: words of users and connections by their beginnings, ids by theirs. The expressions stand in
-- search/found-records.repository.ts as well: else PostgreSQL does not take the index. `chr(59)` is a semicolon, at which
-- a migration would be cut in two.
CREATE INDEX "users_search_idx" ON "users" USING gin (to_tsvector('simple', translate("id" || ' ' || coalesce("name", '') || ' ' || coalesce("email", ''), '!"#$%&''()*+,-./:<=>?@[\]^_`{|}~' || chr(59), repeat(' ', 32))));
CREATE INDEX "connections_search_idx" ON "connections" USING gin (to_tsvector('simple', translate("user_id" || ' ' || "account_id" || ' ' || coalesce("account_name", '') || ' ' || coalesce("account_email", '') || ' ' || coalesce("alias", ''), '!"#$%&''()*+,-./:<=>?@[\]^_`{|}~' || chr(59), repeat(' ', 32))));
CREATE INDEX "connections_id_prefix_idx" ON "connections"("id" text_pattern_ops);
CREATE INDEX "tasks_id_prefix_idx" ON "tasks"("id" text_pattern_ops);
