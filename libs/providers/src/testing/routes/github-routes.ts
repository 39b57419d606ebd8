import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { RouteTable } from '../../requests/route-table.js';
import { routesFrom, type DescribedOperation, type JudgedOperations } from './derived-routes.js';

/**
 * By operation id. What gives access, runs code, publishes, bills, or sets how others may work is no harmless write:
 * members, collaborators, keys, secrets, hooks, protections, workflows, pages, organizations, merges.
 */
const JUDGED: JudgedOperations = {
  reads: [/^markdown\//, /^repos\/generate-release-notes$/, /^(orgs|users)\/list-attestations-bulk$/],
  writes: [
    // The body tells.
    /^graphql$/,
    /^activity\/(mark-.*-as-read|set-.*-subscription|star-repo-.*)$/,
    /^checks\/(create|create-suite|update)$/,
    /^gists\/(create|create-comment|fork|star|update|update-comment)$/,
    /^git\/(create-|update-ref$)/,
    /^issues\/(create|create-comment|create-label|create-milestone)$/,
    /^issues\/(add-(assignees|labels|sub-issue|blocked-by-dependency|issue-field-values))$/,
    /^issues\/(set-(labels|issue-field-values)|lock|pin-comment|remove-label|reprioritize-sub-issue)$/,
    /^issues\/(update|update-comment|update-label|update-milestone)$/,
    /^projects\/(add|create|update)-/,
    /^pulls\/(create|create-reply-for-review-comment|create-review|create-review-comment)$/,
    /^pulls\/(request-reviewers|submit-review|update|update-branch|update-review|update-review-comment)$/,
    /^reactions\/create-/,
    /^repos\/create-(commit-comment|commit-status|fork|for-authenticated-user|in-org|release|using-template)$/,
    /^repos\/create-or-update-file-contents$/,
    /^repos\/(replace-all-topics|update|update-commit-comment|update-release|update-release-asset)$/,
    /^repos\/upload-release-asset$/,
    /^users\/follow$/,
  ],
};

const GRAPHQL: DescribedOperation = { method: 'POST', paths: ['/graphql'], id: 'graphql' };

/** GitHub's OpenAPI description as `@octokit/openapi-types` prints it; see `github-description.ts` for why. */
export function githubRoutes(): RouteTable {
  const require = createRequire(import.meta.url);
  const file = require.resolve('@octokit/openapi-types/types.d.ts');
  const text = readFileSync(file, 'utf8').replaceAll(/^ *\/\*\*.*?\*\/\n/gms, '');
  const { octokit } = JSON.parse(
    readFileSync(require.resolve('@octokit/openapi-types/package.json'), 'utf8'),
  ) as { octokit: { 'openapi-version': string } };
  const [, paths = ''] = /^export interface paths \{\n(.*?)^\}/ms.exec(text) ?? [];
  const operations = [...paths.matchAll(/^ {2}"([^"]+)": \{\n(.*?)^ {2}\};/gms)].flatMap(
    ([, path = '', methods = '']) =>
      [...methods.matchAll(/^ {4}(\w+): operations\["([^"]+)"\]/gm)].map(([, method = '', id = '']) => ({
        method: method.toUpperCase(),
        paths: [path],
        id,
      })),
  );
  const origin = {
    source: 'GitHub REST API description (npm @octokit/openapi)',
    version: octokit['openapi-version'],
    date: '2026-08-29',
  };
  return routesFrom(origin, [...operations, GRAPHQL], JUDGED);
}
