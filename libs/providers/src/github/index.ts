import { createIssue } from './actions/create-issue.js';
import { listIssues } from './actions/list-issues.js';
import { github } from './definition.js';
import { classifyFailure } from './errors.js';

export const githubProvider = github.with({ actions: [listIssues, createIssue], classifyFailure });
