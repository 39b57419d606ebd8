import type { FastifyInstance, FastifyRequest } from 'fastify';
import { endTokens } from '../oauth/tokens.js';
import type { World } from '../world.js';
import type { DropboxCaller } from './caller.js';
import { dropboxCaller } from './caller.js';
import { DropboxBadInput } from './dropbox-errors.js';
import { deleteEntry, entryBody, makeFolder, requireEntry } from './files.js';
import type { ListFolderArgs } from './listing.js';
import { continueListing, listFolder } from './listing.js';
import { searchEntries } from './search.js';

type Args = Record<string, unknown>;
type Work = (caller: DropboxCaller, args: Args) => unknown;

/** Dropbox API v2 routes with JSON in and out. */
export function registerDropboxRpc(app: FastifyInstance, world: World): void {
  const rpc = (route: string, scope: string | undefined, work: Work) => {
    app.post(`/dropbox/api/2/${route}`, (request) => {
      const caller = dropboxCaller(world, request, scope);
      return work(caller, argsOf(request, route));
    });
  };
  rpc('users/get_current_account', 'account_info.read', accountBody);
  rpc('files/list_folder', 'files.metadata.read', ({ tree }, args) => {
    required(args, 'path', 'files/list_folder');
    return listFolder(tree, args as unknown as ListFolderArgs);
  });
  rpc('files/list_folder/continue', 'files.metadata.read', ({ tree }, args) =>
    continueListing(tree, required(args, 'cursor', 'files/list_folder/continue')),
  );
  rpc('files/get_metadata', 'files.metadata.read', ({ tree }, args) =>
    entryBody(requireEntry(tree, required(args, 'path', 'files/get_metadata'))),
  );
  rpc('files/search_v2', 'files.metadata.read', ({ tree }, args) =>
    searchEntries(tree, required(args, 'query', 'files/search_v2'), args.options as Args | undefined),
  );
  rpc('files/search/continue_v2', 'files.metadata.read', ({ tree }, args) =>
    searchEntries(tree, '', { cursor: required(args, 'cursor', 'files/search/continue_v2') }),
  );
  rpc('files/create_folder_v2', 'files.content.write', ({ tree }, args) => {
    const path = required(args, 'path', 'files/create_folder_v2');
    return { metadata: entryBody(makeFolder(world, tree, path, args.autorename === true)) };
  });
  rpc('files/delete_v2', 'files.content.write', ({ tree }, args) => {
    const entry = requireEntry(tree, required(args, 'path', 'files/delete_v2'));
    const metadata = entryBody(entry);
    deleteEntry(world, tree, entry);
    return { metadata };
  });
  app.post('/dropbox/api/2/auth/token/revoke', (request, reply) => {
    const { token } = dropboxCaller(world, request);
    endTokens(world, (other) => other.familyId === token.familyId, 'revoked');
    return reply.type('application/json').send('null');
  });
}

function accountBody({ account }: DropboxCaller): unknown {
  return {
    account_id: account.id,
    name: {
      given_name: account.givenName,
      surname: account.familyName,
      familiar_name: account.givenName,
      display_name: account.name,
      abbreviated_name: `${account.givenName[0]}${account.familyName[0]}`,
    },
    email: account.email,
    email_verified: true,
    disabled: false,
    country: 'GB',
    locale: 'en',
    referral_link: 'https://www.dropbox.com/referrals/none',
    is_paired: false,
    account_type: { '.tag': 'basic' },
    root_info: { '.tag': 'user', root_namespace_id: account.login, home_namespace_id: account.login },
  };
}

function argsOf(request: FastifyRequest, route: string): Args {
  const { body } = request;
  if (body === undefined || body === null) return {};
  if (typeof body !== 'object' || Buffer.isBuffer(body)) {
    throw new DropboxBadInput(
      `Error in call to API function "${route}": Bad HTTP "Content-Type" header. Expecting one of "application/json", "application/json; charset=utf-8", "text/plain; charset=dropbox-cors-hack".`,
    );
  }
  return body as Args;
}

function required(args: Args, field: string, route: string): string {
  const value = args[field];
  if (typeof value !== 'string') {
    throw new DropboxBadInput(
      `Error in call to API function "${route}": request body: missing required field '${field}'`,
    );
  }
  return value;
}
