import { z } from 'zod';

export const FOLDER = 'application/vnd.google-apps.folder';
export const SHORTCUT = 'application/vnd.google-apps.shortcut';

/** A file as Drive shows it. Names are not unique; only `id` tells files apart. */
export const driveFile = z.object({
  id: z.string().describe('File id'),
  name: z.string().optional().describe('Name, not unique'),
  mimeType: z.string().optional().describe('Type'),
  isFolder: z.boolean().optional().describe('A folder, or a shortcut to one'),
  shortcutDetails: z
    .object({
      targetId: z.string().optional().describe('Id of the file that it stands for, which may be gone'),
      targetMimeType: z.string().optional().describe('Type of that file when the shortcut was made'),
    })
    .optional()
    .describe('Where a shortcut leads; reading it reads that file, changing it changes the shortcut'),
  size: z.string().optional().describe('Bytes, as a decimal string; absent for folders and Google documents'),
  modifiedTime: z.string().optional().describe('Last change, RFC 3339'),
  parents: z.array(z.string()).optional().describe('Id of the folder it is in'),
  webViewLink: z.string().optional().describe('Address of the file in Drive'),
  trashed: z.boolean().optional().describe('In the bin'),
  owners: z
    .array(
      z.object({
        displayName: z.string().optional().describe('Name'),
        emailAddress: z.string().optional().describe('E-mail address'),
      }),
    )
    .optional()
    .describe('Owner; absent in shared drives'),
});

export const driveFileFields =
  'id,name,mimeType,size,modifiedTime,parents,webViewLink,owners(displayName,emailAddress),md5Checksum,trashed,shortcutDetails(targetId,targetMimeType)';

/** A file with what we check but do not show. */
export const storedFile = driveFile
  .omit({ isFolder: true })
  .extend({ md5Checksum: z.string().optional() })
  .transform((file) => {
    const type = file.shortcutDetails?.targetMimeType ?? file.mimeType;
    return type === undefined ? file : { ...file, isFolder: type === FOLDER };
  });
export type StoredFile = z.output<typeof storedFile>;

export const fileId = z.string().min(1).max(200).describe('File id');

export const folderId = z.string().min(1).max(200).default('root').describe("Id of its folder, or 'root'");

export const fileName = z.string().min(1).max(1000);
