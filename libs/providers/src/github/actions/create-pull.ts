import { z } from 'zod';
import { quoted } from '../../core/preview-words.js';
import { apiPath } from '../../core/api-path.js';
import { github } from '../definition.js';
import { asFound, findMarked } from '../find-marked.js';
import { gitRef, repository, text } from '../input-fields.js';
import { marked } from '../marker.js';
import { githubPull, pull } from '../pull.js';

/** https://docs.github.com/rest/pulls/pulls#create-a-pull-request */
export const createPull = github.action({
  name: 'pulls.create',
  title: 'Open a pull request',
  summary: 'Opens one pull request for a branch that is there already. It merges nothing.',
  effect: 'write',
  preview: ({ owner, repo, title, head, base }) =>
    `Open a pull request in ${owner}/${repo} from ${head} into ${base}: ${quoted(title)}.`,
  idempotency: 'read_back',
  scopes: ['repo'],
  settleMs: 10_000,
  input: z
    .strictObject({
      ...repository,
      title: z.string().min(1).max(256).describe('Title, one line'),
      head: z
        .string()
        .max(300)
        .regex(/^([\w.-]+:)?[^\s:]+$/, 'a branch, or owner:branch')
        .describe('Branch with the changes; owner:branch for one of a fork'),
      base: gitRef.describe('Branch into which it is to be merged'),
      body: text.optional().describe('Text in Markdown'),
      draft: z.boolean().default(false).describe('Not yet ready for review'),
      maintainersMayEdit: z.boolean().default(true).describe('Maintainers may push to a branch of a fork'),
    })
    .meta({
      examples: [
        { owner: 'octocat', repo: 'hello-world', title: 'Faster start', head: 'faster-start', base: 'main' },
      ],
    }),
  output: pull,
  run: ({ input, http, effectId }) => {
    const { owner, repo, body, maintainersMayEdit, ...rest } = input;
    return http.post(apiPath`/repos/${owner}/${repo}/pulls`, {
      body: { ...rest, body: marked(body, effectId), maintainer_can_modify: maintainersMayEdit },
      response: githubPull,
    });
  },
  recover: async (call) => {
    const { owner, repo, base } = call.input;
    const found = await findMarked(call, {
      path: apiPath`/repos/${owner}/${repo}/pulls`,
      query: { state: 'all', base, sort: 'created', direction: 'desc' },
      response: z.array(z.looseObject({ body: z.string().nullish(), created_at: z.string().nullish() })),
      newestFirst: true,
    });
    return asFound(found, (one) => githubPull.parse(one));
  },
});
