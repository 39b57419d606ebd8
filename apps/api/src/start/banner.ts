import type { Settings } from '../config/index.js';
import type { DemoSession } from './demo.js';

export interface BannerFacts {
  readonly settings: Settings;
  readonly embedded: boolean;
  readonly firstOwner?: { readonly email: string; readonly password: string } | undefined;
  /** Targets of connectors created at the dashboard, for which a demo that ran before is off now. */
  readonly demoEndedBy?: readonly string[];
  readonly demo?: (DemoSession & { readonly connectLink: string }) | undefined;
}

/** The text that is printed once the server is ready: its address and how to sign in. */
export function banner({ settings, embedded, firstOwner, demoEndedBy = [], demo }: BannerFacts): string {
  const { publicUrl, redisUrl, operatorPassword } = settings;
  const password =
    operatorPassword === undefined
      ? `${firstOwner?.password ?? ''}  (shown this once)`
      : 'as set in VALETKEY_OPERATOR_PASSWORD';
  const lines: [string, string][] = [
    ['Dashboard', publicUrl],
    ['API', `${publicUrl}/docs`],
    ['Database', embedded ? `embedded PostgreSQL in ${settings.dataDir}` : 'PostgreSQL at DATABASE_URL'],
    ['Queue', redisUrl === undefined ? 'on PostgreSQL' : 'on Redis at REDIS_URL'],
    ...(firstOwner
      ? ([['Sign in', `${firstOwner.email}  password: ${password}`]] as [string, string][])
      : []),
    ...(demo ? demoLines(demo) : demoEndedLines(demoEndedBy)),
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return [
    '',
    '  Valetkey is ready',
    '',
    ...lines.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`),
    '',
  ].join('\n');
}

/** Says, after the first own connector was created, why the demo is off. */
function demoEndedLines(targets: readonly string[]): [string, string][] {
  if (targets.length === 0) return [];
  const names = targets.map((target) => `"${target}"`).join(', ');
  return [
    [
      'Demo',
      `over, since ${names} was made at the dashboard; its connectors and its agent's key are disabled`,
    ],
    ['', 'VALETKEY_DEMO=on starts it again beside yours, VALETKEY_DEMO=off ends this line'],
  ];
}

function demoLines({
  twinUrl,
  userId,
  agentKey,
  connectLink,
}: DemoSession & { connectLink: string }): [string, string][] {
  return [
    ['Demo', `provider twin at ${twinUrl}; nothing leaves this machine`],
    ['Demo user', userId],
    ['Demo agent', agentKey],
    ['Try', connectLink],
  ];
}
