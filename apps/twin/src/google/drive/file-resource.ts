import { createHash } from 'node:crypto';
import type { World } from '../../world.js';
import type { Account } from '../../oauth/records.js';
import type { DriveFile } from './drive-files.js';

/** Fields that Drive gives when `fields` is absent. */
export const DEFAULT_FILE_FIELDS = 'kind,id,name,mimeType';

/** Whether the file lives in Drive's own format, without bytes to download. */
export function isNative(file: DriveFile): boolean {
  return file.mimeType.startsWith('application/vnd.google-apps.');
}

/** A file with all fields that the twin has. */
export function fileResource(world: World, account: Account, file: DriveFile): Record<string, unknown> {
  const content = Buffer.from(file.content, 'base64');
  const user = {
    kind: 'drive#user',
    displayName: account.name,
    emailAddress: account.email,
    permissionId: account.id,
    me: true,
  };
  return {
    kind: 'drive#file',
    id: file.id,
    name: file.name,
    mimeType: file.mimeType,
    description: file.description,
    starred: false,
    trashed: file.trashed,
    parents: file.parents,
    version: String(file.version),
    webViewLink: `${world.url}/google/drive/file/d/${file.id}/view`,
    createdTime: file.createdTime,
    modifiedTime: file.modifiedTime,
    appProperties: file.appProperties,
    shortcutDetails: file.shortcutTarget,
    owners: [user],
    lastModifyingUser: user,
    ownedByMe: true,
    capabilities: { canEdit: true, canDownload: true, canTrash: true },
    ...(isNative(file)
      ? {}
      : {
          size: String(content.length),
          md5Checksum: createHash('md5').update(content).digest('hex'),
          headRevisionId: `rev${file.version}`,
        }),
  };
}
