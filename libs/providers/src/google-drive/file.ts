import { z } from 'zod';

/** A file as Drive shows it. Names are not unique; only `id` tells files apart. */
export const driveFile = z.object({
  id: z.string().describe('File id'),
  name: z.string().optional().describe('Name, not unique'),
  mimeType: z.string().optional().describe('Type; application/vnd.google-apps.folder is a folder'),
  size: z.string().optional().describe('Bytes, as a decimal string; absent for folders and Google documents'),
  modifiedTime: z.string().optional().describe('Last change, RFC 3339'),
  parents: z.array(z.string()).optional().describe('Id of the folder it is in'),
  webViewLink: z.string().optional().describe('Address of the file in Drive'),
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
  'id,name,mimeType,size,modifiedTime,parents,webViewLink,owners(displayName,emailAddress)';
