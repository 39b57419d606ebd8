import {
  destructiveBeyond,
  destructiveWhen,
  isNull,
  isOn,
  requestRules,
  type RequestRule,
} from '../requests/request-rules.js';
import { judgeGraphql } from '../requests/graphql.js';
import table from './routes.json' with { type: 'json' };

const REPO = '/repos/{owner}/{repo}';
const sends = (...actions: string[]): RequestRule => ({ actions });

/** The effects of forwarded requests to GitHub. */
export const requests = requestRules(table, {
  'POST /graphql': { judge: judgeGraphql },
  'GET /user/repos': sends('repositories.list'),
  'GET /search/issues': sends('issues.search'),
  'GET /notifications': sends('notifications.list'),
  'PATCH /notifications/threads/{thread_id}': sends('notifications.mark-read'),
  'PUT /notifications': sends('notifications.mark-read'),
  [`PUT ${REPO}/notifications`]: sends('notifications.mark-read'),
  [`GET ${REPO}`]: sends('repositories.get'),
  [`GET ${REPO}/branches`]: sends('branches.list'),
  [`GET ${REPO}/commits`]: sends('commits.list'),
  [`GET ${REPO}/commits/{ref}`]: sends('commits.get'),
  [`GET ${REPO}/contents/{path}`]: sends('contents.get'),
  [`GET ${REPO}/issues`]: sends('issues.list'),
  [`GET ${REPO}/issues/{issue_number}`]: sends('issues.get'),
  [`GET ${REPO}/issues/{issue_number}/comments`]: sends('comments.list'),
  [`GET ${REPO}/labels`]: sends('labels.list'),
  [`GET ${REPO}/pulls`]: sends('pulls.list'),
  [`GET ${REPO}/pulls/{pull_number}`]: sends('pulls.get'),
  [`GET ${REPO}/pulls/{pull_number}/files`]: sends('pulls.diff'),
  [`GET ${REPO}/releases`]: sends('releases.list'),
  [`GET ${REPO}/releases/{release_id}`]: sends('releases.get'),
  [`GET ${REPO}/releases/latest`]: sends('releases.get'),
  [`GET ${REPO}/releases/tags/{tag}`]: sends('releases.get'),
  [`GET ${REPO}/actions/runs`]: sends('workflow-runs.list'),
  [`GET ${REPO}/actions/runs/{run_id}`]: sends('workflow-runs.get'),
  [`POST ${REPO}/issues`]: sends('issues.create'),
  [`PATCH ${REPO}/issues/{issue_number}`]: sends('issues.update'),
  [`POST ${REPO}/issues/{issue_number}/comments`]: sends('issues.comment'),
  [`POST ${REPO}/issues/{issue_number}/labels`]: sends('labels.add'),
  [`PUT ${REPO}/issues/{issue_number}/labels`]: sends('labels.add', 'labels.remove'),
  [`DELETE ${REPO}/issues/{issue_number}/labels/{name}`]: sends('labels.remove'),
  [`DELETE ${REPO}/issues/{issue_number}/labels`]: sends('labels.remove'),
  [`POST ${REPO}/pulls`]: sends('pulls.create'),
  [`POST ${REPO}/pulls/{pull_number}/comments`]: sends('pulls.comment'),
  [`POST ${REPO}/pulls/{pull_number}/comments/{comment_id}/replies`]: sends('pulls.comment'),
  [`POST ${REPO}/pulls/{pull_number}/reviews`]: sends('pulls.review'),
  [`POST ${REPO}/pulls/{pull_number}/reviews/{review_id}/events`]: sends('pulls.review'),
  [`PUT ${REPO}/pulls/{pull_number}/merge`]: sends('pulls.merge'),
  [`PUT ${REPO}/pulls/{pull_number}/merge-async`]: sends('pulls.merge'),
  [`POST ${REPO}/merges`]: sends('pulls.merge'),
  [`POST ${REPO}/releases`]: sends('releases.create'),
  [`PUT ${REPO}/contents/{path}`]: sends('contents.put'),
  // Commits that were on the branch are lost.
  [`PATCH ${REPO}/git/refs/{ref}`]: { judge: destructiveWhen({ force: isOn }) },
  // The other members: visibility, archiving, the name, and the protection of the repository.
  [`PATCH ${REPO}`]: {
    judge: destructiveBeyond(
      'description',
      'homepage',
      'has_discussions',
      'has_issues',
      'has_projects',
      'has_wiki',
    ),
  },
  'POST /gists': { judge: destructiveWhen({ public: isOn }) },
  // A file that is set to `null`, or renamed over another, is lost.
  'PATCH /gists/{gist_id}': {
    judge: destructiveWhen({ 'files.*': isNull, 'files.*.filename': () => true, public: isOn }),
  },
});
