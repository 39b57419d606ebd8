import { z } from 'zod';
import { listed } from '../../core/preview-words.js';
import { apiPath } from '../../core/api-path.js';
import { github } from '../definition.js';
import { earliest } from '../find-marked.js';
import { issueNumber, labelName, logins, repository, text } from '../input-fields.js';
import { githubIssue, issue, toIssue } from '../issue.js';

const change = {
  title: z.string().min(1).max(256).optional().describe('New title, one line'),
  body: text.optional().describe('New text in Markdown, instead of the old one'),
  state: z.enum(['open', 'closed']).optional().describe('closed closes it, open opens it again'),
  stateReason: z
    .enum(['completed', 'not_planned', 'duplicate', 'reopened'])
    .optional()
    .describe('Why; only together with state'),
  labels: z.array(labelName).max(100).optional().describe('All labels that it is to have'),
  assignees: logins.optional().describe('Logins of all assignees'),
};

const input = z
  .strictObject({ ...repository, number: issueNumber, ...change })
  .refine((request) => Object.keys(change).some((name) => name in request), 'say what to change')
  .refine(({ state, stateReason }) => !stateReason || state, {
    path: ['stateReason'],
    error: 'goes with state',
  })
  .meta({
    examples: [
      { owner: 'octocat', repo: 'hello-world', number: 42, state: 'closed', stateReason: 'completed' },
    ],
  });

const sameNames = (requested: readonly string[] | undefined, present: readonly string[]): boolean => {
  const words = (names: readonly string[]) =>
    [...new Set(names.map((name) => name.toLowerCase()))].sort().join('\n');
  return requested === undefined || words(requested) === words(present);
};

/** GitHub trims texts and writes line ends as it likes. */
const sameText = (requested: string | undefined, present = ''): boolean => {
  const plain = (written: string) => written.replaceAll('\r\n', '\n').trim();
  return requested === undefined || plain(requested) === plain(present);
};

const isAsRequested = (request: z.output<typeof input>, present: z.output<typeof issue>): boolean =>
  sameText(request.title, present.title) &&
  sameText(request.body, present.body) &&
  (request.state === undefined || request.state === present.state) &&
  (request.stateReason === undefined || request.stateReason === present.stateReason) &&
  sameNames(request.labels, present.labels) &&
  sameNames(request.assignees, present.assignees);

/** https://docs.github.com/rest/issues/issues#update-an-issue */
export const updateIssue = github.action({
  name: 'issues.update',
  title: 'Change an issue',
  summary:
    'Changes title, text, state, labels or assignees of one issue or pull request. What is left out stays. Lists replace the old ones as a whole.',
  effect: 'write',
  preview: ({ owner, repo, number, ...changed }) =>
    `Change ${listed(Object.keys(changed))} of issue #${number} in ${owner}/${repo}.`,
  idempotency: 'read_back',
  scopes: ['repo'],
  settleMs: 5000,
  input,
  output: issue,
  run: async ({ input: { owner, repo, number, stateReason, ...rest }, http }) => {
    const body = { ...rest, ...(stateReason ? { state_reason: stateReason } : {}) };
    const path = apiPath`/repos/${owner}/${repo}/issues/${number}`;
    return toIssue(await http.patch(path, { body, response: githubIssue }));
  },
  recover: async (call) => {
    const { owner, repo, number } = call.input;
    const path = apiPath`/repos/${owner}/${repo}/issues/${number}`;
    const present = toIssue(await call.http.get(path, { response: githubIssue }));
    if (isAsRequested(call.input, present)) return { found: present };
    const since = earliest(call);
    const isOlder = since && present.updatedAt && Date.parse(present.updatedAt) < since.getTime();
    return isOlder
      ? { absent: true }
      : { unknown: 'the issue has been changed since, perhaps by somebody else' };
  },
});
