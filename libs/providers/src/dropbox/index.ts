import { copyFile } from './actions/copy-file.js';
import { createFolder } from './actions/create-folder.js';
import { createLink } from './actions/create-link.js';
import { deleteFile } from './actions/delete-file.js';
import { downloadFile } from './actions/download-file.js';
import { getAccount } from './actions/get-account.js';
import { getFile } from './actions/get-file.js';
import { listFiles } from './actions/list-files.js';
import { moveFile } from './actions/move-file.js';
import { revokeLink } from './actions/revoke-link.js';
import { searchFiles } from './actions/search-files.js';
import { uploadFile } from './actions/upload-file.js';
import { dropbox } from './definition.js';
import { classifyFailure } from './errors.js';
import { requests } from './requests.js';

export const dropboxProvider = dropbox.with({
  actions: [
    listFiles,
    searchFiles,
    getFile,
    downloadFile,
    uploadFile,
    createFolder,
    copyFile,
    moveFile,
    deleteFile,
    createLink,
    revokeLink,
    getAccount,
  ],
  classifyFailure,
  requests,
});
