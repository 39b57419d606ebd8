import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { github } from '../definition.js';
import { listQuery, nextPage, nextPageOf, paging, repository } from '../input-fields.js';
import { githubRelease, release, toRelease } from '../release.js';

/** https://docs.github.com/rest/releases/releases#list-releases */
export const listReleases = github.action({
  name: 'releases.list',
  title: 'List releases',
  summary: 'Lists the releases of one repository, newest first; drafts only for those who may push.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['repo'],
  input: z
    .strictObject({ ...repository, ...paging })
    .meta({ examples: [{ owner: 'octocat', repo: 'hello-world' }] }),
  output: z.object({ releases: z.array(release).describe('Releases, newest first'), nextPage }),
  run: async ({ input: { owner, repo, limit, page }, http }) => {
    const found = await http.getPage(apiPath`/repos/${owner}/${repo}/releases`, {
      query: listQuery({ page }, limit),
      response: z.array(githubRelease),
    });
    return { releases: found.body.map(toRelease), nextPage: nextPageOf(found) };
  },
});
