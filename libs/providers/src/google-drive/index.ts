import { copyFile } from './actions/copy-file.js';
import { createFolder } from './actions/create-folder.js';
import { downloadFile } from './actions/download-file.js';
import { exportFile } from './actions/export-file.js';
import { getFile } from './actions/get-file.js';
import { listPermissions } from './actions/list-permissions.js';
import { moveFile } from './actions/move-file.js';
import { renameFile } from './actions/rename-file.js';
import { restoreFile } from './actions/restore-file.js';
import { searchFiles } from './actions/search-files.js';
import { shareFile } from './actions/share-file.js';
import { trashFile } from './actions/trash-file.js';
import { unshareFile } from './actions/unshare-file.js';
import { uploadFile } from './actions/upload-file.js';
import { googleDrive } from './definition.js';
import { classifyFailure } from './errors.js';
import { requests } from './requests.js';

export const googleDriveProvider = googleDrive.with({
  actions: [
    searchFiles,
    getFile,
    downloadFile,
    exportFile,
    uploadFile,
    createFolder,
    copyFile,
    moveFile,
    renameFile,
    trashFile,
    restoreFile,
    listPermissions,
    shareFile,
    unshareFile,
  ],
  classifyFailure,
  requests,
});
