import type { FastifyInstance, FastifyRequest } from 'fastify';
import { endTokens } from '../oauth/tokens.js';
import type { World } from '../world.js';
import type { DropboxCaller } from './caller.js';
import { dropboxCaller } from './caller.js';
import { DropboxBadInput } from './dropbox-errors.js';
import { deleteEntry, entryBody, makeFolder, requireEntry } from './files.js';
import type { ListFolderArgs } from './listing.js';
import { continueListing, listFolder } from './listing.js';
import { createLink, linkBody, listLinks, requireLink, revokeLink } from './links.js';
import { relocate } from './relocate.js';
import { searchEntries } from './search.js';

type Args = Record<string, unknown>;
type Work = (caller: DropboxCaller, args: Args) => unknown;
type Register = (route: string, scope: string | undefined, work: Work) => void;

/** Dropbox API v2 routes with JSON in and out. */
export function registerDropboxRpc(app: FastifyInstance, world: World): void {
  const rpc: Register = (route, scope, work) => {
    app.post(`/dropbox/api/2/${route}`, (request, reply) => {
      const caller = dropboxCaller(world, request, scope);
      return reply.type('application/json').send(JSON.stringify(work(caller, argsOf(request, route))));
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
  registerWrites(rpc, world);
  registerSharing(rpc, world);
  app.post('/dropbox/api/2/auth/token/revoke', (request, reply) => {
    const { token } = dropboxCaller(world, request);
    endTokens(world, (other) => other.familyId === token.familyId, 'revoked');
    return reply.type('application/json').send('null');
  });
}

function registerWrites(rpc: Register, world: World): void {
  rpc('files/create_folder_v2', 'files.content.write', ({ tree }, args) => {
    const path = required(args, 'path', 'files/create_folder_v2');
    const { '.tag': _tag, ...metadata } = entryBody(makeFolder(world, tree, path, args.autorename === true));
    return { metadata };
  });
  rpc('files/delete_v2', 'files.content.write', ({ tree }, args) => {
    const entry = requireEntry(tree, required(args, 'path', 'files/delete_v2'), 'path_lookup');
    const metadata = entryBody(entry);
    deleteEntry(world, tree, entry);
    return { metadata };
  });
  rpc('files/move_v2', 'files.content.write', ({ tree }, args) => relocate(world, tree, args, 'move'));
  rpc('files/copy_v2', 'files.content.write', ({ tree }, args) => relocate(world, tree, args, 'copy'));
}

function registerSharing(rpc: Register, world: World): void {
  rpc('sharing/create_shared_link_with_settings', 'sharing.write', ({ tree }, args) =>
    createLink(
      world,
      tree,
      required(args, 'path', 'sharing/create_shared_link_with_settings'),
      args.settings,
    ),
  );
  rpc('sharing/list_shared_links', 'sharing.read', ({ tree }, args) => listLinks(tree, args.path));
  rpc('sharing/get_shared_link_metadata', 'sharing.read', ({ tree }, args) =>
    linkBody(tree, requireLink(tree, required(args, 'url', 'sharing/get_shared_link_metadata'))),
  );
  rpc('sharing/revoke_shared_link', 'sharing.write', ({ tree }, args) => {
    revokeLink(world, tree, required(args, 'url', 'sharing/revoke_shared_link'));
    return null;
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
