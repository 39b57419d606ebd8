/** How the products that people move from write down what they hold, by their public documentation. */
import { z } from 'zod';

/** A token set as POST /v1/connections/import takes it. */
export interface TokenSet {
  readonly userId: string;
  readonly target: string;
  readonly account: { readonly id: string; readonly name?: string; readonly email?: string };
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly expiresAt?: string;
  readonly obtainedAt?: string;
  readonly scopes: readonly string[];
}

/** How the operator reads a source. */
export interface Reading {
  /** Targets here by the names there. */
  readonly targets: ReadonlyMap<string, string>;
  /** Where in a line the id of the account at the provider stands, member by member. */
  readonly accountPath: readonly string[] | undefined;
}

/** A line that cannot come along, in words without any of its values. */
export class Left extends Error {}

/** A product that people move from. */
export interface Source {
  /** @throws Left */
  readonly read: (line: unknown, reading: Reading) => TokenSet;
  /** The name of a line in the report. */
  readonly nameOf: (line: unknown) => string | undefined;
}

const text = z.string().min(1);
const time = z.union([z.iso.datetime({ offset: true }), z.number().min(0).max(8.64e15)]);

const nangoLine = z.looseObject({
  connection_id: text,
  provider_config_key: text,
  end_user: z.looseObject({ id: text, email: z.string().nullish() }).nullish(),
  tags: z.record(z.string(), z.unknown()).nullish(),
  updated_at: time.nullish(),
  credentials: z.looseObject({
    type: z.string(),
    access_token: z.string().optional(),
    refresh_token: z.string().nullish(),
    expires_at: time.nullish(),
    raw: z.looseObject({ scope: z.string().optional(), id_token: z.string().optional() }).nullish(),
  }),
});

const logtoLine = z.looseObject({
  identity: z.looseObject({ userId: text, details: z.looseObject({}).nullish() }),
  tokenSecret: z
    .looseObject({
      userId: text,
      target: text,
      updatedAt: time.nullish(),
      metadata: z.looseObject({ scope: z.string().nullish(), expiresAt: time.nullish() }).nullish(),
    })
    .nullish(),
  token: z
    .looseObject({
      access_token: text,
      refresh_token: z.string().nullish(),
      scope: z.string().nullish(),
      expires_at: time.nullish(),
    })
    .nullish(),
});

const nango: Source = {
  nameOf: (line) => textAt(line, ['connection_id']),
  read: (line, { targets, accountPath }) => {
    const { connection_id, provider_config_key: key, credentials, ...rest } = checked(nangoLine, line);
    if (credentials.type !== 'OAUTH2')
      throw new Left(`credentials of another kind than OAUTH2 are entered by their user here, as a key`);
    if (!credentials.access_token)
      throw new Left('holds no access token; export with GET /connections/{id}?refresh_token=true');
    const accountId = accountPath ? textAt(line, accountPath) : subjectOf(credentials.raw?.id_token);
    if (accountId === undefined)
      throw new Left(
        accountPath
          ? `has no ${accountPath.join('.')}`
          : 'does not say whose account it is: it has no id_token; say with --account where the id stands',
      );
    const tagged = textAt(rest.tags, ['end_user_id']);
    return {
      userId: rest.end_user?.id ?? tagged ?? connection_id,
      target: targets.get(key) ?? key,
      account: { id: accountId },
      accessToken: credentials.access_token,
      ...(credentials.refresh_token ? { refreshToken: credentials.refresh_token } : {}),
      ...timed('expiresAt', credentials.expires_at),
      ...timed('obtainedAt', rest.updated_at),
      scopes: scopesOf(credentials.raw?.scope),
    };
  },
};

const logto: Source = {
  nameOf: (line) => textAt(line, ['tokenSecret', 'userId']),
  read: (line, { targets, accountPath }) => {
    const { identity, tokenSecret, token } = checked(logtoLine, line);
    if (!tokenSecret) throw new Left('holds no token set; export with includeTokenSecret=true');
    if (!token)
      throw new Left(
        'holds no token: Logto gives none over its Management API. Add the answer of its Account API as "token", or let the user connect again',
      );
    const accountId = accountPath ? textAt(line, accountPath) : identity.userId;
    if (accountId === undefined) throw new Left(`has no ${(accountPath ?? []).join('.')}`);
    const { metadata, target, updatedAt } = tokenSecret;
    const email = textAt(identity.details, ['email']);
    return {
      userId: tokenSecret.userId,
      target: targets.get(target) ?? target,
      account: { id: accountId, ...(email ? { email } : {}) },
      accessToken: token.access_token,
      ...(token.refresh_token ? { refreshToken: token.refresh_token } : {}),
      ...timed('expiresAt', token.expires_at ?? metadata?.expiresAt),
      ...timed('obtainedAt', updatedAt),
      scopes: scopesOf(token.scope ?? metadata?.scope),
    };
  },
};

/** The sources by the name of the product. */
export const SOURCES: Readonly<Record<string, Source>> = { nango, logto };

/** @throws Left with the names of the members that are wrong, and no value */
function checked<T>(schema: z.ZodType<T>, line: unknown): T {
  const { data, error } = schema.safeParse(line);
  if (data !== undefined) return data;
  const paths = error?.issues.map(({ path }) => path.join('.') || 'the line') ?? [];
  throw new Left(`is not of this format: ${[...new Set(paths)].join(', ')}`);
}

function scopesOf(scope: string | null | undefined): string[] {
  return [...new Set((scope ?? '').split(/[ ,]+/).filter(Boolean))];
}

/** A time as ISO 8601; numbers are seconds, or milliseconds where they are too large for that. */
function timed<Name extends string>(name: Name, at: string | number | null | undefined) {
  if (at === undefined || at === null) return {};
  const date = new Date(typeof at === 'string' ? at : at > 1e11 ? at : at * 1_000);
  return { [name]: date.toISOString() } as Record<Name, string>;
}

/** The subject of an ID token. Its signature is not looked at: who runs the import vouches for the file. */
function subjectOf(idToken: string | undefined): string | undefined {
  try {
    const payload = Buffer.from(idToken?.split('.')[1] ?? '', 'base64url').toString();
    return textAt(JSON.parse(payload), ['sub']);
  } catch {
    return undefined;
  }
}

function textAt(value: unknown, path: readonly string[]): string | undefined {
  let found = value;
  for (const member of path)
    found =
      typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[member] : undefined;
  if (typeof found === 'number') return String(found);
  return typeof found === 'string' && found !== '' ? found : undefined;
}
