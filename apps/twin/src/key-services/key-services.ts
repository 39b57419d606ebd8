import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AWS_CREDENTIALS, AWS_KEY_ARN, AwsKms } from './aws-kms.js';
import type { KeyServiceAnswer, KeyServiceMood, KeyServiceRequest } from './exchange.js';
import { GOOGLE_KEY, GoogleKms } from './google-kms.js';
import { TRANSIT_PATH, TRANSIT_TOKEN, VaultTransit } from './vault-transit.js';

export const KEY_SERVICE_NAMES = ['aws-kms', 'gcp-kms', 'vault-transit'] as const;
export type KeyServiceName = (typeof KEY_SERVICE_NAMES)[number];

/** Stand-ins for AWS KMS, Google Cloud KMS and Vault Transit on one port of this machine. */
export interface KeyServices {
  readonly url: string;
  /** The URI of the one key that each service has. */
  readonly uris: Readonly<Record<KeyServiceName, string>>;
  /** The environment that gives a process access, and nothing else of the machine's. */
  readonly env: Readonly<Record<string, string>>;
  /** Every request so far: `aws-kms Encrypt`, `gcp-kms decrypt`, `vault-transit decrypt`. */
  readonly calls: readonly string[];
  become(mood: KeyServiceMood): void;
  /** Adds a version of Transit's key; values that the older ones encrypted can still be decrypted. */
  rotateTransitKey(): void;
  close(): Promise<void>;
}

/** Starts them on a free port. */
export async function startKeyServices(): Promise<KeyServices> {
  const aws = new AwsKms();
  const google = new GoogleKms();
  const transit = new VaultTransit();
  const calls: string[] = [];
  let mood: KeyServiceMood = 'serving';
  const route = (request: KeyServiceRequest): KeyServiceAnswer => {
    const target = request.headers['x-amz-target'];
    if (typeof target === 'string') {
      calls.push(`aws-kms ${target.split('.')[1]}`);
      return aws.answer(request, mood);
    }
    if (request.path === '/sts') return google.exchangeToken(request);
    const [, method] = /(encrypt|decrypt)/.exec(request.path) ?? [];
    const name = request.path.startsWith('/v1/projects/') ? 'gcp-kms' : 'vault-transit';
    calls.push(`${name} ${method}`);
    return (name === 'gcp-kms' ? google : transit).answer(request, mood);
  };
  const server = createServer((request, response) => {
    if (mood !== 'silent') void serve(request, response, route);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const directory = mkdtempSync(join(tmpdir(), 'key-services-'));
  return {
    url,
    uris: {
      'aws-kms': `aws-kms:///${AWS_KEY_ARN}?endpoint=${url}`,
      'gcp-kms': `gcp-kms:///${GOOGLE_KEY}?endpoint=${url}`,
      'vault-transit': `vault-transit://127.0.0.1:${port}/${TRANSIT_PATH}?tls=off`,
    },
    env: {
      ...AWS_CREDENTIALS,
      VAULT_TOKEN: TRANSIT_TOKEN,
      GOOGLE_APPLICATION_CREDENTIALS: googleCredentials(directory, url),
    },
    calls,
    become: (next) => (mood = next),
    rotateTransitKey: () => transit.key.rotate(),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Workload identity: a token of somebody else's, exchanged for one of Google's. */
function googleCredentials(directory: string, url: string): string {
  const subject = join(directory, 'subject-token');
  const path = join(directory, 'google-credentials.json');
  writeFileSync(subject, 'twin-subject-token');
  writeFileSync(
    path,
    JSON.stringify({
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/twin/providers/twin',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${url}/sts`,
      credential_source: { file: subject },
    }),
  );
  return path;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  route: (request: KeyServiceRequest) => KeyServiceAnswer,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = 'GET', url: path = '/', headers } = request;
  const answer = route({ method, path, headers, body: Buffer.concat(chunks) });
  response.writeHead(answer.status, { 'content-type': answer.contentType ?? 'application/json' });
  response.end(JSON.stringify(answer.body));
}
