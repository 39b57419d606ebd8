import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEmulator } from 'emulate';
import { freePort } from './free-port.js';
import { newDataDir } from './server.js';
import { APP_CALLBACK } from './twin.js';

/** The account that has data at the emulators: its address at Google, its login at GitHub. */
export const FOREIGN_ACCOUNT = { google: 'ada@example.com', github: 'ada' } as const;

/** Google and GitHub as somebody else built them, on loopback, and the connectors file that points at them. */
export interface ForeignProviders {
  readonly google: string;
  readonly github: string;
  readonly connectorsFile: string;
  /** Chooses the account with data on the emulator's page. Gives the callback, not opened yet. */
  consent(authorizationUri: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * Starts the Google and GitHub of the package `emulate` (https://emulate.dev) for a server at `serverUrl`. Nothing of
 * ours knows about them: Valetkey is set up by the file alone.
 */
export async function startForeignProviders(serverUrl: string): Promise<ForeignProviders> {
  const callbacks = (target: string) => [APP_CALLBACK, `${serverUrl}/oauth/callback/${target}`];
  const google = await createEmulator({
    service: 'google',
    port: await freePort(),
    seed: { google: googleSeed(callbacks('google')) },
  });
  const github = await createEmulator({
    service: 'github',
    port: await freePort(),
    seed: { github: githubSeed(callbacks('github')) },
  });
  const directory = newDataDir();
  const connectorsFile = join(directory, 'connectors.json');
  writeFileSync(connectorsFile, JSON.stringify(connectorsFor(google.url, github.url)));
  return {
    google: google.url,
    github: github.url,
    connectorsFile,
    consent,
    close: async () => {
      await Promise.all([google.close(), github.close()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const client = (target: string) => ({ client_id: `${target}-client`, client_secret: `${target}-secret` });

function googleSeed(redirectUris: readonly string[]) {
  return {
    users: [{ email: FOREIGN_ACCOUNT.google, name: 'Ada Lovelace' }],
    oauth_clients: [{ ...client('google'), name: 'Valetkey', redirect_uris: redirectUris }],
    labels: [{ id: 'Label_ops', name: 'Ops' }],
    calendars: [{ id: 'primary', summary: FOREIGN_ACCOUNT.google, primary: true, time_zone: 'UTC' }],
    messages: [
      {
        id: 'msg_notes',
        thread_id: 'thr_notes',
        from: 'Grace Hopper <grace@example.com>',
        to: FOREIGN_ACCOUNT.google,
        subject: 'Compiler notes',
        body_text: 'A nanosecond is this long.',
        message_id: '<notes@example.com>',
        label_ids: ['INBOX', 'UNREAD'],
      },
    ],
  };
}

function githubSeed(redirectUris: readonly string[]) {
  return {
    users: [{ login: FOREIGN_ACCOUNT.github, name: 'Ada Lovelace', email: FOREIGN_ACCOUNT.google }],
    repos: [{ owner: FOREIGN_ACCOUNT.github, name: 'engine', description: 'Analytical', auto_init: true }],
    oauth_apps: [{ ...client('github'), name: 'Valetkey', redirect_uris: redirectUris }],
  };
}

function connectorsFor(google: string, github: string) {
  const connector = (target: string, endpoints: Record<string, string>) => ({
    target,
    preset: target,
    clientId: client(target).client_id,
    clientSecret: client(target).client_secret,
    endpoints,
  });
  return {
    connectors: [
      connector('google', {
        issuer: google,
        authorization: `${google}/o/oauth2/v2/auth`,
        token: `${google}/oauth2/token`,
        revocation: `${google}/oauth2/revoke`,
        userinfo: `${google}/oauth2/v2/userinfo`,
        jwks: `${google}/oauth2/v3/certs`,
      }),
      connector('github', {
        authorization: `${github}/login/oauth/authorize`,
        token: `${github}/login/oauth/access_token`,
        revocation: `${github}/applications/{client_id}/grant`,
        userinfo: `${github}/user`,
      }),
    ],
    providers: {
      'google-calendar': { apiBaseUrl: `${google}/calendar/v3` },
      gmail: { apiBaseUrl: `${google}/gmail/v1` },
      'google-drive': { apiBaseUrl: `${google}/drive/v3`, uploadBaseUrl: `${google}/upload/drive/v3` },
      github: { apiBaseUrl: github },
    },
  };
}

/** The emulators' pages have one form for each account, without a script. */
async function consent(authorizationUri: string): Promise<string> {
  const page = await (await fetch(authorizationUri)).text();
  const forms = [...page.matchAll(/<form[^>]*action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/g)];
  for (const [, action = '', fields = ''] of forms) {
    const values = Object.fromEntries(
      [...fields.matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)].map(
        ([, name = '', value = '']) => [name, unescaped(value)],
      ),
    );
    if (values['email'] !== FOREIGN_ACCOUNT.google && values['login'] !== FOREIGN_ACCOUNT.github) continue;
    const answer = await fetch(new URL(action, authorizationUri), {
      method: 'POST',
      body: new URLSearchParams(values),
      redirect: 'manual',
    });
    const location = answer.headers.get('location');
    if (location) return location;
  }
  throw new Error(`no way on from the emulator's page:\n${page}`);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

const unescaped = (text: string) => text.replace(/&(?:amp|lt|gt|quot|#39);/g, (one) => ENTITIES[one] ?? one);
