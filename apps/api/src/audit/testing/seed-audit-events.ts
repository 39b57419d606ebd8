type Query = (sql: string, values: unknown[]) => Promise<unknown>;

/** The subjects of the seeded log. `rare` has the three oldest events and none since. */
export const SEEDED = {
  users: 1_000,
  agents: 10,
  everyMs: 500,
  rare: 'rare',
  operator: 'opr_seeded',
} as const;

/**
 * Writes `count` events by SQL, ending at `until`, with hashes that do not verify: for searches in a long log, not for
 * proofs. Most are runs of actions and reads of tokens; 1 in 1,000 failed and 1 in 5,000 was denied.
 */
export async function seedAuditEvents(query: Query, count: number, until: Date): Promise<void> {
  await query(
    `INSERT INTO audit_events (seq, id, at, type, outcome, actor_type, actor_id, user_id, agent_id, connection_id,
       target, action, request_id, detail, personal_digest, hash)
     SELECT n, 'evt_seed' || lpad(n::text, 18, '0'), $2::timestamptz - (($1::bigint - n) * $3::int) * interval '1 ms',
       CASE WHEN n % 3 = 0 THEN 'access_token.read' ELSE 'action.run' END,
       CASE WHEN n % 5000 = 0 THEN 'denied' WHEN n % 1000 = 0 THEN 'failed'
            WHEN n % 3 = 1 THEN 'intended' ELSE 'succeeded' END,
       -- Some are an operator's, and some those of a user who has the same id.
       CASE n % 501 WHEN 0 THEN 'operator' WHEN 1 THEN 'user' ELSE 'agent' END,
       CASE WHEN n % 501 < 2 THEN $7 ELSE agent END, who, agent, 'con_' || who || '_' || n % 2,
       (ARRAY['google', 'github', 'dropbox'])[1 + n % 3],
       CASE WHEN n % 3 > 0 THEN 'google-calendar.events.' || (ARRAY['list', 'get', 'create'])[1 + n % 3] END,
       'req_' || n, '{}'::jsonb, decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex')
     FROM (SELECT n, CASE WHEN n <= 3 THEN $6 ELSE 'user-' || (n * 7919 % $4) END AS who,
             CASE WHEN n <= 3 THEN $6 ELSE 'agent-' || n % $5 END AS agent
           FROM generate_series(1, $1::bigint) AS n) AS seeded`,
    [count, until, SEEDED.everyMs, SEEDED.users, SEEDED.agents, SEEDED.rare, SEEDED.operator],
  );
  await query(
    `UPDATE audit_tree SET size = $1::bigint, at = $2,
       edge = decode(repeat('00', 32 * length(replace($1::bigint::bit(62)::text, '0', ''))), 'hex')`,
    [count, until],
  );
  await query('ANALYZE audit_events', []);
}
