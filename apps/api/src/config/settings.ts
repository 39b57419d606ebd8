import { isIP } from 'node:net';
import { z } from 'zod';
import { baseUrl, redirectUri, url } from './addresses.js';
import { AUDIT_SETTINGS, auditSettings, type AuditSettings } from './audit-settings.js';
import { json, list } from './lists.js';
import { MAIL_SETTINGS, mailSettings, type MailSettings } from './mail-settings.js';
import { OPERATOR_SETTINGS, operatorSettings, type OperatorSettings } from './operator-settings.js';
import { SSO_SETTINGS, ssoSettings, type SsoSettings } from './sso-settings.js';
import { unsafeInProduction } from './production.js';

/** A setting, the connectors file or a key is wrong. Start prints its message as one line and exits with 1. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

const rate = z.coerce.number().int().min(1).max(1_000_000);

const issuers = z
  .array(
    z.strictObject({
      issuer: url(['https:', 'http:']),
      audience: z.string().min(1),
      jwksUri: url(['https:', 'http:']).optional(),
      userIdClaim: z.string().min(1).default('sub'),
      userIdPrefix: z.string().max(200).optional(),
    }),
  )
  .refine(
    (entries) => new Set(entries.map(({ issuer }) => issuer)).size === entries.length,
    'names an issuer twice',
  );

/** As a URL writes it, so that it can be compared; an IPv6 address is kept without its brackets. */
const hostName = z
  .string()
  .toLowerCase()
  .refine((text) => /^([a-z0-9.-]+|\[[0-9a-f:.]+\])$/.test(text) && URL.canParse(`https://${text}`), {
    error: 'must be host names or addresses, without scheme, port or path',
  })
  .transform((text) => new URL(`https://${text}`).hostname.replace(/^\[|\]$/g, ''));

/** A block that holds every address would let everybody say who they are. */
const proxy = z.string().refine(
  (text) => {
    if (text === 'loopback') return true;
    const [address = '', bits, ...rest] = text.split('/');
    const longest = { 4: 32, 6: 128 }[isIP(address)];
    if (longest === undefined || rest.length > 0) return false;
    return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= longest);
  },
  { error: 'must be addresses, blocks such as 10.0.0.0/8, or loopback' },
);

/** Users read it: one line, and nothing that turns the order of what follows. */
const appName = z
  .string()
  .trim()
  .regex(/^[^\p{Cc}\u2028-\u202e\u2066-\u2069]{1,60}$/u, 'must be one line of 60 characters at most');

/** One entry per environment variable: how it is read, what it means when absent, and the line of `--help`. */
export const SETTINGS = {
  NODE_ENV: {
    schema: z
      .enum(['production', 'development', 'test'], 'must be production, development or test')
      .default('development'),
    help: 'production, development or test; production refuses what is unsafe and switches off generated keys, loopback callbacks and the demo (default development)',
  },
  PORT: {
    schema: z.coerce.number().int().min(1).max(65535).default(3000),
    help: 'where it listens (default 3000)',
  },
  HOST: { schema: z.string().min(1).default('127.0.0.1'), help: 'address it listens on (default 127.0.0.1)' },
  VALETKEY_PUBLIC_URL: {
    schema: baseUrl.optional(),
    help: 'base of links and callbacks (default http://localhost:$PORT); required, and https, in production',
  },
  VALETKEY_APP_NAME: {
    schema: appName.optional(),
    help: 'name of your app on the pages that users see, 60 characters at most (default: Valetkey, and "your app")',
  },
  VALETKEY_DATA_DIR: {
    schema: z.string().min(1).default('.valetkey'),
    help: 'embedded database and generated development keys (default .valetkey)',
  },
  DATABASE_URL: {
    schema: url(['postgresql:', 'postgres:']).optional(),
    help: 'PostgreSQL 14 or newer (default: embedded)',
  },
  REDIS_URL: {
    schema: url(['redis:', 'rediss:']).optional(),
    help: 'Redis or Valkey for the queue (default: queue on PostgreSQL)',
  },
  VALETKEY_ROLE: {
    schema: z.enum(['all', 'api', 'worker']).default('all'),
    help: 'all, api or worker (default all)',
  },
  VALETKEY_ENCRYPTION_KEYS: {
    schema: z.string().min(1).optional(),
    help: 'comma list of keyId:base64(32 bytes) or aws-kms://, gcp-kms://, vault-transit:// URIs; the first seals, all open; generated in development, required in production',
  },
  VALETKEY_CONNECTORS_FILE: {
    schema: z.string().min(1).optional(),
    help: 'JSON file of connectors and providers',
  },
  VALETKEY_CATALOGUE_DIR: {
    schema: z.string().min(1).optional(),
    help: 'directory of YAML files, each of which describes a provider of your own',
  },
  VALETKEY_REDIRECT_URIS: {
    schema: list.pipe(z.array(redirectUri)).optional(),
    help: 'exact callback URLs that calling apps may use, comma separated (default: loopback, in development)',
  },
  VALETKEY_SIGN_IN_URL: {
    schema: url(['https:', 'http:']).optional(),
    help: 'page of your app that signs its user in on our pages: it gets ?continue=... and posts user_token and continue to /connect/session (default: none)',
  },
  VALETKEY_PRIVATE_HOSTS: {
    schema: list.pipe(z.array(hostName)).default([]),
    help: 'hosts of connectors, providers and webhooks that may be in a private network, comma separated (default: none)',
  },
  ...OPERATOR_SETTINGS,
  ...SSO_SETTINGS,
  ...MAIL_SETTINGS,
  VALETKEY_USER_ISSUERS: {
    schema: json.pipe(issuers).default([]),
    help: 'JSON list of trusted OIDC issuers: {issuer, audience, jwksUri?, userIdClaim?, userIdPrefix?}',
  },
  ...AUDIT_SETTINGS,
  VALETKEY_TRUSTED_PROXIES: {
    schema: list.pipe(z.array(proxy)).default([]),
    help: 'addresses, blocks (CIDR) or loopback of proxies whose X-Forwarded-For, -Proto and -Host are believed, comma separated (default: none)',
  },
  VALETKEY_AGENT_RATE: {
    schema: rate.default(1_000),
    help: 'requests a second that one agent may make, twice as many at once; each process counts for itself (default 1000)',
  },
  VALETKEY_USER_RATE: { schema: rate.default(200), help: 'the same for one user (default 200)' },
  VALETKEY_OPERATOR_RATE: {
    schema: rate.default(500),
    help: 'the same for one operator, or the operator key (default 500)',
  },
  VALETKEY_MAX_OPEN_TASKS: {
    schema: z.coerce.number().int().min(1).max(1_000_000).default(2_000),
    help: 'tasks that one agent or user may have that have not ended (default 2000)',
  },
  VALETKEY_DEMO: {
    schema: z.enum(['auto', 'on', 'off']).default('auto'),
    help: 'provider twin with demo user and agent: auto, on or off (default auto)',
  },
  VALETKEY_LOG_LEVEL: {
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    help: 'debug, info, warn, error or silent (default info)',
  },
} as const satisfies Record<string, { schema: z.ZodType; help: string }>;

type Raw = { [Name in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[Name]['schema']> };

/** All settings, read once at start and never again from the environment. */
export interface Settings extends AuditSettings, OperatorSettings, SsoSettings, MailSettings {
  readonly production: boolean;
  readonly port: number;
  readonly host: string;
  /** Base of links and callbacks, without a trailing slash. */
  readonly publicUrl: string;
  /** As users know the app that they come from. */
  readonly appName: string | undefined;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly role: 'all' | 'api' | 'worker';
  readonly encryptionKeys: string | undefined;
  readonly connectorsFile: string | undefined;
  readonly catalogueDir: string | undefined;
  /** `undefined`: loopback URLs only, and only in development. */
  readonly redirectUris: readonly string[] | undefined;
  /** The app's page that signs its users in at our hosted pages. */
  readonly signInUrl: string | undefined;
  /** Hosts that may be in a private network. */
  readonly privateHosts: readonly string[];
  readonly userIssuers: z.output<typeof issuers>;
  /** Addresses, blocks and `loopback`: whose word about where a request comes from is taken. */
  readonly trustedProxies: readonly string[];
  /** Of one caller of that kind. */
  readonly requestsPerSecond: Readonly<Record<'agent' | 'user' | 'operator', number>>;
  /** Of one agent or user. */
  readonly maxOpenTasks: number;
  readonly demo: 'auto' | 'on' | 'off';
  readonly logLevel: Raw['VALETKEY_LOG_LEVEL'];
}

/**
 * Reads and checks the environment.
 * @throws SettingsError naming the first bad or unknown variable; the value itself is never repeated.
 */
export function loadSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  refuseUnknown(env);
  const raw = Object.fromEntries(
    Object.entries(SETTINGS).map(([name, { schema }]) => [name, readOne(name, schema, env[name])]),
  ) as Raw;
  const production = raw.NODE_ENV === 'production';
  const unsafe = production ? unsafeInProduction(raw) : undefined;
  if (unsafe !== undefined) throw new SettingsError(unsafe);
  const publicUrl = (raw.VALETKEY_PUBLIC_URL ?? `http://localhost:${raw.PORT}`).replace(/(?<!\/)\/+$/, '');
  const mail = mailSettings(raw);
  if (typeof mail === 'string') throw new SettingsError(mail);
  const sso = ssoSettings(raw);
  if (typeof sso === 'string') throw new SettingsError(sso);
  return {
    ...mail,
    ...auditSettings(raw, publicUrl),
    ...operatorSettings(raw),
    ...sso,
    production,
    port: raw.PORT,
    host: raw.HOST,
    publicUrl,
    appName: raw.VALETKEY_APP_NAME,
    dataDir: raw.VALETKEY_DATA_DIR,
    databaseUrl: raw.DATABASE_URL,
    redisUrl: raw.REDIS_URL,
    role: raw.VALETKEY_ROLE,
    encryptionKeys: raw.VALETKEY_ENCRYPTION_KEYS,
    connectorsFile: raw.VALETKEY_CONNECTORS_FILE,
    catalogueDir: raw.VALETKEY_CATALOGUE_DIR,
    redirectUris: raw.VALETKEY_REDIRECT_URIS,
    signInUrl: raw.VALETKEY_SIGN_IN_URL,
    privateHosts: raw.VALETKEY_PRIVATE_HOSTS,
    userIssuers: raw.VALETKEY_USER_ISSUERS,
    trustedProxies: raw.VALETKEY_TRUSTED_PROXIES,
    requestsPerSecond: {
      agent: raw.VALETKEY_AGENT_RATE,
      user: raw.VALETKEY_USER_RATE,
      operator: raw.VALETKEY_OPERATOR_RATE,
    },
    maxOpenTasks: raw.VALETKEY_MAX_OPEN_TASKS,
    demo: raw.VALETKEY_DEMO,
    logLevel: raw.VALETKEY_LOG_LEVEL,
  };
}

/** The text of `--help`. */
export function settingsHelp(): string {
  const names = Object.entries(SETTINGS);
  const width = Math.max(...names.map(([name]) => name.length));
  return [
    'Settings (environment):',
    ...names.map(([name, { help }]) => `  ${name.padEnd(width)}  ${help}`),
  ].join('\n');
}

function readOne(name: string, schema: z.ZodType, value: string | undefined): unknown {
  const result = schema.safeParse(value === '' ? undefined : value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const at = issue && issue.path.length > 0 ? ` at ${issue.path.join('.')}` : '';
  throw new SettingsError(`${name} is not valid${at}: ${issue?.message ?? 'unknown problem'}`);
}

function refuseUnknown(env: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(env)) {
    if (name.startsWith('VALETKEY_') && !(name in SETTINGS)) {
      throw new SettingsError(`${name} is not a setting; run with --help for the list`);
    }
  }
}
