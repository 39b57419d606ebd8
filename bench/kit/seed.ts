import { createCipheriv, randomBytes } from 'node:crypto';
import pg from 'pg';
import { sealEnvelope } from '../../apps/api/dist/vault/envelope.js';
import { Keyring, parseKeyEntries } from '../../apps/api/dist/vault/keyring.js';
import { FLOOR_KEY, KEYS } from './keys.js';

const BATCH = 5_000;
const TOKEN_LIVES_MS = 30 * 24 * 3_600_000;

/** The n-th seeded connection: its id, its user, and its token set. */
export interface SeededConnection {
  readonly id: string;
  readonly userId: string;
  readonly accessToken: string;
}

/**
 * Writes `count` users, each with one connection and a token set sealed as the server seals it, and as many values
 * for the floor. The server must have migrated the database and stored the connector.
 */
export async function seedConnections(
  databaseUrl: string,
  target: string,
  count: number,
): Promise<SeededConnection[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>('SELECT id FROM connectors WHERE target = $1', [
      target,
    ]);
    const connectorId = rows[0]?.id;
    if (!connectorId) throw new Error(`the server has stored no connector "${target}"`);
    await client.query('CREATE TABLE bench_floor (id text PRIMARY KEY, sealed bytea NOT NULL)');
    const seeded = Array.from({ length: count }, (_, n) => connection(n));
    for (let from = 0; from < count; from += BATCH)
      await insert(client, connectorId, seeded.slice(from, from + BATCH));
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
    return seeded;
  } finally {
    await client.end();
  }
}

function connection(n: number): SeededConnection {
  const number = String(n).padStart(26, '0');
  return { id: `con_${number}`, userId: `user-${number}`, accessToken: `ya29.${token(160)}` };
}

async function insert(
  client: pg.Client,
  connectorId: string,
  rows: readonly SeededConnection[],
): Promise<void> {
  const now = Date.now();
  const expiresAt = now + TOKEN_LIVES_MS;
  const keyring = localKeyring(KEYS);
  const ids = rows.map(({ id }) => id);
  const users = rows.map(({ userId }) => userId);
  const sealed = rows.map(({ id, userId, accessToken }) => {
    const tokenSet = {
      accessToken,
      refreshToken: token(80),
      tokenType: 'Bearer',
      expiresAt,
      obtainedAt: now,
    };
    const binding = { purpose: 'connection.token_set', rowId: id, userId };
    return Buffer.from(sealEnvelope(keyring, Buffer.from(JSON.stringify(tokenSet)), binding));
  });
  await client.query('INSERT INTO users (id) SELECT * FROM unnest($1::text[])', [users]);
  await client.query(
    `INSERT INTO connections (id, user_id, connector_id, account_id, scopes)
     SELECT id, user_id, $3, 'account-' || id, ARRAY['openid', 'https://www.googleapis.com/auth/calendar.events']
     FROM unnest($1::text[], $2::text[]) AS t(id, user_id)`,
    [ids, users, connectorId],
  );
  await client.query(
    `INSERT INTO token_sets (connection_id, sealed, token_type, refreshable, obtained_at, expires_at)
     SELECT id, sealed, 'Bearer', true, $3, $4 FROM unnest($1::text[], $2::bytea[]) AS t(id, sealed)`,
    [ids, sealed, new Date(now), new Date(expiresAt)],
  );
  await client.query('INSERT INTO bench_floor (id, sealed) SELECT * FROM unnest($1::text[], $2::bytea[])', [
    ids,
    rows.map(({ accessToken }) => sealForFloor(accessToken)),
  ]);
}

/** The keyring of a setting whose first key is a local one. */
export function localKeyring(text: string): Keyring {
  const [first] = parseKeyEntries(text, {});
  if (first.kind !== 'local') throw new Error('the first key is not a local one');
  return new Keyring([first.key]);
}

function token(length: number): string {
  return randomBytes(length).toString('base64url').slice(0, length);
}

function sealForFloor(text: string): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', FLOOR_KEY, iv);
  return Buffer.concat([iv, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}
