import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { newDataDir } from './server.js';

/** The token that the API knows. */
export const ACME_TOKEN = 'acme-access-token-0123456789';

const ENTRY = `
id: acme-notes
displayName: Acme Notes
summary: Notes of a team.
documentation:
  - { url: https://docs.acme.example/oauth, read: 2026-11-30 }
tried: documentation
setup:
  - Create an app at Acme.
connector:
  endpoints:
    authorization: https://acme.example/oauth/authorize
    token: https://acme.example/oauth/token
    account: https://api.acme.example/v1/me
    revocation: https://acme.example/oauth/revoke
  clientAuthentication: client_secret_basic
  pkce: true
  grants: union_by_us
  refresh: rotating
  account: { method: GET, id: id }
  check: { call: account, scopes: [], dead: { statuses: [401], errors: [] } }
  revocation: { style: rfc7009, kills: token_set }
api:
  baseUrl: https://api.acme.example/v1
  headers: { acme-version: '7' }
scopes:
  notes.read: { description: Read your notes. }
  notes.write: { description: Create and change your notes., implies: [notes.read] }
defaultScopes: [notes.read]
`;

/** A description of the API, with these changes to its operations. */
export function acmeDocument(change: (paths: AcmePaths) => void = () => undefined): string {
  const scoped = (scope: string) => ({ security: [{ oauth: [scope] }] });
  const paths = {
    '/notes': {
      get: {
        operationId: 'notes/list',
        summary: 'List notes',
        ...scoped('notes.read'),
        parameters: [{ name: 'cursor', in: 'query', schema: { type: 'string' } }],
        responses: {
          200: {
            content: { 'application/json': { schema: { properties: { next_cursor: { type: 'string' } } } } },
          },
        },
      },
      post: {
        operationId: 'notes/create',
        summary: 'Create a note',
        ...scoped('notes.write'),
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['text'],
                properties: { text: { type: 'string' } } as Record<string, object>,
              },
            },
          },
        },
      },
    },
    '/notes/{id}': {
      delete: {
        operationId: 'notes/remove',
        summary: 'Remove a note',
        ...scoped('notes.write'),
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      },
    },
  };
  change(paths);
  return JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'Acme Notes', version: '2026-11' },
    servers: [{ url: 'https://api.acme.example/v1' }],
    components: { securitySchemes: { oauth: { type: 'oauth2' } } },
    paths,
  });
}

interface AcmePaths {
  readonly '/notes': {
    readonly post: {
      summary: string;
      readonly requestBody: {
        readonly content: {
          readonly 'application/json': { readonly schema: { readonly properties: Record<string, object> } };
        };
      };
    };
  };
}

/** The API of Acme Notes, and the files with which a server knows it. */
export interface AcmeNotes {
  readonly notes: string[];
  readonly requests: { readonly method: string; readonly url: string }[];
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts the API. Requests without its token or version are refused. */
export async function startAcmeNotes(): Promise<AcmeNotes> {
  const notes = ['first'];
  const requests: AcmeNotes['requests'] = [];
  const server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const { method = '', url = '', headers } = request;
    requests.push({ method, url });
    const isAllowed = headers.authorization === `Bearer ${ACME_TOKEN}` && headers['acme-version'] === '7';
    const say = (status: number, body?: object) =>
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(body ? JSON.stringify(body) : '');
    if (!isAllowed) return say(401, {});
    if (method === 'POST') {
      notes.push((JSON.parse(text) as { text: string }).text);
      return say(201, { id: notes.length - 1 });
    }
    if (method === 'DELETE') return say(204);
    return say(
      200,
      url.includes('cursor=') ? { notes: [] } : { notes, next_cursor: 'page2', token: ACME_TOKEN },
    );
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    ...{ notes, requests, env: filesFor(`http://127.0.0.1:${port}/v1`) },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function filesFor(apiBaseUrl: string): Record<string, string> {
  const directory = newDataDir();
  const catalogue = join(directory, 'catalogue');
  mkdirSync(catalogue);
  writeFileSync(join(catalogue, 'acme-notes.yaml'), ENTRY);
  const connectors = join(directory, 'connectors.json');
  const connector = {
    target: 'acme-notes',
    preset: 'acme-notes',
    clientId: 'acme-client',
    clientSecret: 'acme-secret',
  };
  writeFileSync(
    connectors,
    JSON.stringify({ connectors: [connector], providers: { 'acme-notes': { apiBaseUrl } } }),
  );
  return { VALETKEY_CATALOGUE_DIR: catalogue, VALETKEY_CONNECTORS_FILE: connectors };
}
