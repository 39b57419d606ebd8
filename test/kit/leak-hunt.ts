import { createHash } from 'node:crypto';
import type { TestRedis } from './redis.js';
import { query } from './postgres.js';

/** Routes whose good answer is a secret that the caller asked for. */
const HANDS_OUT = [
  /^POST \/v1(?:\/operator)?\/agents(?:\/[^/]+\/keys)?$/,
  /^POST \/v1\/users\/[^/]+\/tokens$/,
  /^(?:GET|PUT) (?:\/api)?\/my-account\/identities\/[^/]+\/access-token$/,
  /^GET \/v1\/connections\/[^/]+\/access-token$/,
  /^(?:GET|POST) \/v1\/operator\/session$/,
  // To the provider: state and code challenge, for the browser of the user.
  /^POST \/api\/verifications?\/social$/,
];

/** Searches texts that outsiders could read for secrets that must not be in them. */
export class LeakHunt {
  /** Secrets whose value is known, by a name that may be told. */
  readonly secrets = new Map<string, string>();
  /** Everything that was read, by where. */
  readonly places = new Map<string, string>();
  /** PKCE verifiers stay in the server: they are known by their SHA-256 only. */
  readonly challenges = new Set<string>();
  private stopRecording: () => void = () => undefined;

  /** Keeps every answer of this server from now on, pages and errors included. */
  recordAnswers(serverUrl: string): void {
    const real = globalThis.fetch;
    const { origin } = new URL(serverUrl);
    globalThis.fetch = async (input, init) => {
      const response = await real(input, init);
      const { pathname, origin: asked } = new URL(input instanceof Request ? input.url : input);
      const route = `${init?.method ?? 'GET'} ${pathname}`;
      const isHandedOut = response.ok && HANDS_OUT.some((pattern) => pattern.test(route));
      if (asked === origin && !isHandedOut && !response.headers.get('content-type')?.includes('event-stream'))
        this.add(`answer to ${route}`, await response.clone().text());
      return response;
    };
    this.stopRecording = () => {
      globalThis.fetch = real;
    };
  }

  stop(): void {
    this.stopRecording();
  }

  add(place: string, text: string): void {
    const before = this.places.get(place);
    this.places.set(place, before === undefined ? text : `${before}\n${text}`);
  }

  /** Every row of every table, the queue's and the migrations' included. */
  async addDatabase(url: string): Promise<void> {
    const tables = await query<{ schema: string; name: string }>(
      url,
      `SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    for (const { schema, name } of tables) {
      const rows = await query<{ row: string }>(url, `SELECT t::text AS row FROM "${schema}"."${name}" t`);
      this.add(`table ${schema}.${name}`, rows.map(({ row }) => row).join('\n'));
    }
  }

  /** Every value of a Redis. */
  addRedis(redis: TestRedis): void {
    const readers: Record<string, readonly string[]> = {
      string: ['GET'],
      hash: ['HGETALL'],
      list: ['LRANGE', '0', '-1'],
      set: ['SMEMBERS'],
      zset: ['ZRANGE', '0', '-1'],
      stream: ['XRANGE', '-', '+'],
    };
    for (const key of redis.cli('KEYS', '*').split('\n').filter(Boolean)) {
      const [command = 'GET', ...range] = readers[redis.cli('TYPE', key).trim()] ?? [];
      this.add('redis', `${key}\n${redis.cli(command, key, ...range)}`);
    }
  }

  /** Where a secret stands, with what is around it. */
  findings(secret: string): string[] {
    const all = [...writings(secret)];
    return [...this.places].flatMap(([place, text]) =>
      all
        .filter((writing) => text.includes(writing))
        .map((writing) => {
          const at = text.indexOf(writing);
          return `${place}: …${text.slice(Math.max(0, at - 80), at)}`;
        }),
    );
  }

  /** Places where a word stands that hashes to a known challenge. */
  verifiers(): string[] {
    const hash = (word: string) => createHash('sha256').update(word).digest('base64url');
    return [...this.places]
      .filter(([, text]) =>
        [...new Set(text.match(/[A-Za-z0-9_-]{43,128}/g))].some((word) => this.challenges.has(hash(word))),
      )
      .map(([place]) => place);
  }
}

/** The ways in which a secret could stand somewhere: plain, hex, and base64 at each of its three alignments. */
function writings(secret: string): Set<string> {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return text.slice(Math.ceil((offset * 4) / 3), Math.floor(((offset + bytes.length) * 4) / 3));
  });
  return new Set([
    secret,
    encodeURIComponent(secret),
    bytes.toString('hex'),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ]);
}
