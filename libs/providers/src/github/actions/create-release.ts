import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { github } from '../definition.js';
import { asFound, findMarked } from '../find-marked.js';
import { gitRef, repository } from '../input-fields.js';
import { marked } from '../marker.js';
import { githubRelease, release, toRelease } from '../release.js';

/** https://docs.github.com/rest/releases/releases#create-a-release */
export const createRelease = github.action({
  name: 'releases.create',
  title: 'Create a release',
  summary:
    'Makes a release from a tag and notifies people who watch it. A tag that does not exist is created. A tag has one release at most.',
  effect: 'write',
  preview: ({ owner, repo, tag, draft }) =>
    `${draft ? 'Draft' : 'Publish'} the release ${tag} of ${owner}/${repo}.`,
  idempotency: 'read_back',
  scopes: ['repo'],
  settleMs: 10_000,
  input: z
    .strictObject({
      ...repository,
      tag: gitRef.describe('For example v1.2.0'),
      target: gitRef
        .optional()
        .describe('Branch or commit for a tag that does not exist; the default branch without it'),
      name: z.string().min(1).max(256).optional().describe('Title'),
      body: z.string().max(120_000).optional().describe('Notes in Markdown'),
      draft: z.boolean().default(false).describe('Do not publish it yet'),
      prerelease: z.boolean().default(false).describe('Not ready for production'),
    })
    .meta({
      examples: [{ owner: 'octocat', repo: 'hello-world', tag: 'v1.2.0', name: '1.2', body: 'Fixes.' }],
    }),
  output: release,
  run: async ({ input: { owner, repo, tag, target, body, ...rest }, http, effectId }) => {
    const created = await http.post(apiPath`/repos/${owner}/${repo}/releases`, {
      body: { ...rest, tag_name: tag, target_commitish: target, body: marked(body, effectId) },
      response: githubRelease,
    });
    return toRelease(created);
  },
  recover: async (call) => {
    const { owner, repo } = call.input;
    const found = await findMarked(call, {
      path: apiPath`/repos/${owner}/${repo}/releases`,
      response: z.array(githubRelease),
      newestFirst: false,
    });
    return asFound(found, toRelease);
  },
});
