import { quoted, sizeOf } from '../../core/preview-words.js';
import { openToApp } from '../app-files.js';
import { googleDrive } from '../definition.js';
import { findMarked, SETTLE_MS } from '../effect-mark.js';
import { driveFile } from '../file.js';
import { createFile, newFile } from '../new-file.js';

/** https://developers.google.com/workspace/drive/api/guides/manage-uploads */
export const uploadFile = googleDrive.action({
  name: 'files.upload',
  title: 'Upload a file to Drive',
  summary:
    'Stores text or base64 as a new file, at most 20 MiB. It never overwrites a file of the same name.',
  effect: 'write',
  preview: ({ name, folderId, ...content }) =>
    `Upload the file ${quoted(name)} (${sizeOf(content)}) to ${folderId === undefined ? 'My Drive' : `the folder ${folderId}`}.`,
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/drive.file'],
  settleMs: SETTLE_MS,
  input: newFile.meta({ examples: [{ name: 'notes.md', mimeType: 'text/markdown', text: '# Notes' }] }),
  output: driveFile,
  run: (call) => openToApp(createFile(call)),
  recover: findMarked,
});
