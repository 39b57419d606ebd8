import { listFiles } from './actions/list-files.js';
import { dropbox } from './definition.js';
import { classifyFailure } from './errors.js';

export const dropboxProvider = dropbox.with({ actions: [listFiles], classifyFailure });
