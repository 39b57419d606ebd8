import { classifyByStatus } from '../core/failure.js';
import { gmail } from './definition.js';

export const gmailProvider = gmail.with({ actions: [], classifyFailure: classifyByStatus });
