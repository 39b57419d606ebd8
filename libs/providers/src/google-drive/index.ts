import { searchFiles } from './actions/search-files.js';
import { googleDrive } from './definition.js';
import { classifyFailure } from './errors.js';

export const googleDriveProvider = googleDrive.with({ actions: [searchFiles], classifyFailure });
