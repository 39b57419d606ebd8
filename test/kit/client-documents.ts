import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOOPBACK } from './own-client.js';

type Respond = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves metadata documents of clients over TLS, with a certificate of its own. */
export async function documentServer() {
  const directory = mkdtempSync(join(tmpdir(), 'valetkey-documents-'));
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const options =
    '-x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost';
  execFileSync('openssl', ['req', ...options.split(' '), '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  });
  const answers = new Map<string, Respond>();
  const server = createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (request, response) =>
      (answers.get(request.url ?? '') ?? ((_, { destroy }) => destroy()))(request, response),
  );
  await once(server.listen(0), 'listening');
  const base = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    base,
    certificate,
    /** @returns the address, which is the client id */
    serve(path: string, members: (id: string) => object): string {
      answers.set(path, (_, response) => {
        response.setHeader('content-type', 'application/json').end(JSON.stringify(members(base + path)));
      });
      return base + path;
    },
    answer: (path: string, how: Respond) => {
      answers.set(path, how);
      return base + path;
    },
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
      rmSync(directory, { recursive: true });
    },
  };
}

/** The metadata document of a client (OAuth Client ID Metadata Document). */
export const described = (id: string) => ({
  client_id: id,
  client_name: 'Described client',
  redirect_uris: [LOOPBACK],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
});
