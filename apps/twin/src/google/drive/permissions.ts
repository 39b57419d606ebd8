import type { FastifyInstance } from 'fastify';
import type { Account } from '../../oauth/records.js';
import { queryOf } from '../../oauth/request-form.js';
import type { World } from '../../world.js';
import { googleError, invalidValue, notFound } from '../google-errors.js';
import { pageOf, pageSize } from '../paging.js';
import { partialResponse } from '../partial-response.js';
import type { DriveFile, DrivePermission } from './drive-files.js';
import { fileOf } from './visible-files.js';

const BASE = '/google/drive/v3/files/:fileId/permissions';
const DEFAULT_FIELDS = 'id,type,kind,role';
const TYPES = ['user', 'group', 'domain', 'anyone'];
const ROLES = ['organizer', 'fileOrganizer', 'writer', 'commenter', 'reader'];

/** The routes for access to a file. */
export function registerPermissions(app: FastifyInstance, world: World): void {
  app.get(BASE, (request) => {
    const { caller, file } = fileOf(world, request, 'drive.permissions.list');
    const query = queryOf(request);
    const all = permissionsOf(caller.account, file).map(resource);
    const page = pageOf(all, query.pageToken, pageSize(query.pageSize, 100, 100));
    const { items: permissions, nextPageToken } = page;
    const body = { kind: 'drive#permissionList', ...(nextPageToken ? { nextPageToken } : {}), permissions };
    return partialResponse(body, query.fields ?? `kind,nextPageToken,permissions(${DEFAULT_FIELDS})`);
  });
  app.get(`${BASE}/:permissionId`, (request) => {
    const { caller, file } = fileOf(world, request, 'drive.permissions.get');
    const found = permissionOf(caller.account, file, request.params);
    return partialResponse(resource(found), queryOf(request).fields ?? DEFAULT_FIELDS);
  });
  app.post(BASE, (request) => {
    const { caller, file } = fileOf(world, request, 'drive.permissions.create');
    const made = grant(world, caller.account, file, (request.body ?? {}) as Partial<DrivePermission>);
    return partialResponse(resource(made), queryOf(request).fields ?? DEFAULT_FIELDS);
  });
  app.delete(`${BASE}/:permissionId`, (request, reply) => {
    const { caller, file } = fileOf(world, request, 'drive.permissions.delete');
    const { id, role } = permissionOf(caller.account, file, request.params);
    if (role === 'owner')
      throw googleError(403, 'insufficientFilePermissions', 'The owner of a file cannot be removed.');
    file.permissions = file.permissions?.filter((one) => one.id !== id);
    world.changed();
    return reply.code(204).send();
  });
}

function permissionsOf({ id, email, name }: Account, { permissions = [] }: DriveFile): DrivePermission[] {
  const owner = { id, type: 'user', role: 'owner', emailAddress: email, displayName: name };
  return [owner, ...permissions];
}

function permissionOf(account: Account, file: DriveFile, params: unknown): DrivePermission {
  const { permissionId: id } = params as { permissionId: string };
  const found = permissionsOf(account, file).find((one) => one.id === id);
  if (!found) throw notFound(`Permission not found: ${id}.`, 'permissionId');
  return found;
}

/** One permission for each grantee: another role replaces the one before. */
function grant(
  world: World,
  account: Account,
  file: DriveFile,
  input: Partial<DrivePermission>,
): DrivePermission {
  const { type = '', role = '', emailAddress, domain } = input;
  const grantee = granteeOf(input);
  const others = permissionsOf(account, file);
  const known = others.find((one) => [one.id, one.emailAddress, one.domain].includes(grantee));
  if (known?.role === 'owner') return known;
  const id = known?.id ?? (type === 'anyone' ? grantee : `0${BigInt(`0x${world.id(8)}`)}`);
  const made = { id, type, role, ...(emailAddress ? { emailAddress } : {}), ...(domain ? { domain } : {}) };
  file.permissions = [...(file.permissions ?? []).filter((one) => one.id !== id), made];
  world.changed();
  return made;
}

function granteeOf({ type = '', role = '', emailAddress, domain }: Partial<DrivePermission>): string {
  if (!TYPES.includes(type)) throw invalidValue('The permission type field is required.', 'permission.type');
  if (!ROLES.includes(role)) throw invalidValue('The permission role field is required.', 'permission.role');
  const grantee = { anyone: 'anyoneWithLink', domain }[type] ?? emailAddress;
  if (!grantee) throw invalidValue('The specified emailAddress is invalid or not applicable.');
  return grantee;
}

function resource(permission: DrivePermission): Record<string, unknown> {
  return { kind: 'drive#permission', ...permission };
}
