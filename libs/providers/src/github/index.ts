import { classifyByStatus } from '../core/failure.js';
import { github } from './definition.js';

export const githubProvider = github.with({ actions: [], classifyFailure: classifyByStatus });
