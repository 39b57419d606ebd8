import { classifyByStatus } from '../core/failure.js';
import { dropbox } from './definition.js';

export const dropboxProvider = dropbox.with({ actions: [], classifyFailure: classifyByStatus });
