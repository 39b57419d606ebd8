import { classifyByStatus } from '../core/failure.js';
import { googleDrive } from './definition.js';

export const googleDriveProvider = googleDrive.with({ actions: [], classifyFailure: classifyByStatus });
