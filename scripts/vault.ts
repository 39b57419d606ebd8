/**
 * npm run vault -- status    the keys, what each holds, and the re-wrap that runs
 * npm run vault -- rewrap    brings every secret under the key that seals, and waits for the end
 * npm run vault -- rotate    makes a new key under the key service of the one that seals, then re-wraps
 *
 * Speaks to a running server: the one at VALETKEY_PUBLIC_URL, or at PORT on this machine, with
 * VALETKEY_OPERATOR_API_KEY. Ends with a non-zero status when something failed or is left under an older key.
 */
import './dot-env.ts';
import process from 'node:process';
import { callServer, Failure, followServer } from './running-server.ts';

interface Rewrap {
  readonly id: string;
  readonly keyId: string;
  readonly status: 'running' | 'finished' | 'incomplete';
  readonly store?: string;
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  readonly lastError?: string;
}

interface Key {
  readonly id: string;
  readonly providerName: string;
  readonly provider: string;
  readonly state: 'seals' | 'opens' | 'retired' | 'missing';
  readonly secrets: number;
  readonly holds: Readonly<Record<string, number>>;
}

interface Vault {
  readonly keys: readonly Key[];
  readonly unreadable: number;
  readonly rewrap?: Rewrap;
}

const USAGE = 'Usage: npm run vault -- status|rewrap|rotate';

const call = <T>(method: 'GET' | 'POST', path: string) => callServer<T>(method, `/v1/operator/vault${path}`);

function show({ keys, unreadable, rewrap }: Vault): void {
  for (const { id, state, providerName, provider, secrets, holds } of keys) {
    const kinds = Object.entries(holds).map(([kind, count]) => `${count} ${kind}`);
    const where = provider === 'local' ? providerName : `${providerName}  ${provider}`;
    const words = {
      seals: 'seals',
      opens: 'opens',
      retired: 'may be taken out',
      missing: 'not in force here',
    }[state];
    console.log(
      `${id}  ${words}  ${secrets} secrets${kinds.length > 0 ? ` (${kinds.join(', ')})` : ''}  ${where}`,
    );
  }
  if (unreadable > 0) console.log(`${unreadable} values are not sealed values at all`);
  if (rewrap) console.log(progressOf(rewrap));
}

function progressOf({ keyId, done, total, failed, store }: Rewrap): string {
  const percent = total === 0 ? 100 : Math.floor((100 * Math.min(done, total)) / total);
  return `re-wrap to ${keyId}: ${done} of ${total} (${percent} %)${failed > 0 ? `, ${failed} do not open` : ''}${store ? `, in ${store}` : ''}`;
}

const follow = (id: string) =>
  followServer(
    () => call<Rewrap>('GET', `/rewraps/${id}`),
    progressOf,
    ({ status }) => status !== 'running',
  );

async function rewrap(): Promise<void> {
  const running = (await call<Vault>('GET', '')).rewrap;
  if (running) console.log('a re-wrap is running already; this follows it');
  const { id } = running ?? (await call<Rewrap>('POST', '/rewraps'));
  const { status, failed, lastError } = await follow(id);
  show(await call<Vault>('GET', ''));
  if (status === 'finished') return;
  throw new Failure(
    failed > 0
      ? `${failed} secrets do not open and stay as they are; the last: ${lastError}`
      : 'secrets are left under an older key: some process still seals with it; restart it with the new setting and run this again',
  );
}

const commands: Readonly<Record<string, () => Promise<void>>> = {
  status: async () => show(await call<Vault>('GET', '')),
  rewrap,
  rotate: async () => {
    const { id } = await call<Key>('POST', '/keys');
    console.log(`made key ${id}, which seals from now on`);
    await rewrap();
  },
};

const [name = '', ...more] = process.argv.slice(2);
const command = more.length === 0 ? commands[name] : undefined;
if (!command) {
  console.error(USAGE);
  process.exit(2);
}
try {
  await command();
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(`vault ${name}: ${error.message}`);
  process.exit(1);
}
