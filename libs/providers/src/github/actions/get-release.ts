import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { github } from '../definition.js';
import { gitRef, repository } from '../input-fields.js';
import { githubRelease, release, toRelease } from '../release.js';

/** https://docs.github.com/rest/releases/releases#get-the-latest-release, #get-a-release and #get-a-release-by-tag-name */
export const getRelease = github.action({
  name: 'releases.get',
  title: 'Read a release',
  summary:
    'Reads one release by its tag or id. Without either it is the latest one that is neither draft nor prerelease.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['repo'],
  input: z
    .strictObject({
      ...repository,
      tag: gitRef.optional().describe('Tag of the release; drafts are found by id only'),
      id: z.int().min(1).optional().describe('Id of the release'),
    })
    .refine(({ tag, id }) => tag === undefined || id === undefined, 'tag or id, not both')
    .meta({
      examples: [
        { owner: 'octocat', repo: 'hello-world' },
        { owner: 'octocat', repo: 'hello-world', tag: 'v1.0.0' },
        { owner: 'octocat', repo: 'hello-world', id: 1 },
      ],
    }),
  output: release,
  run: async ({ input: { owner, repo, tag, id }, http }) => {
    const base = apiPath`/repos/${owner}/${repo}/releases`;
    const which = tag === undefined ? `/${id ?? 'latest'}` : apiPath`/tags/${tag}`;
    return toRelease(await http.get(base + which, { response: githubRelease }));
  },
});
