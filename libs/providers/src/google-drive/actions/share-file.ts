import { openToApp } from '../app-files.js';
import { googleDrive } from '../definition.js';
import { permission } from '../permission.js';
import { findGrant, grantAccess, newAccess } from '../share.js';

export const shareFile = googleDrive.action({
  name: 'files.share',
  title: 'Share a file in Drive',
  summary:
    'Gives a person, group, domain or everybody with the link access to one file. Mails nobody unless told. Without full Drive access only files made or opened with this app.',
  effect: 'write',
  preview: ({ fileId: id, type, emailAddress: address, domain, role }) =>
    `Let ${address ?? (domain === undefined ? 'anyone who has the link' : `everyone at ${domain}`)} (${type}) use the file ${id} as ${role}.`,
  groups: ['shares'],
  recipients: ({ emailAddress, domain }) => [emailAddress ?? domain ?? 'anyone'],
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/drive.file'],
  input: newAccess.meta({
    examples: [{ fileId: '9z8Y7x', type: 'user', emailAddress: 'bob@example.com', role: 'reader' }],
  }),
  output: permission,
  run: ({ input, http }) => openToApp(grantAccess(http, input)),
  recover: ({ input, http }) => findGrant(http, input),
});
