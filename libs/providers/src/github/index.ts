import { addLabels } from './actions/add-labels.js';
import { commentOnIssue } from './actions/comment-on-issue.js';
import { commentOnPull } from './actions/comment-on-pull.js';
import { createIssue } from './actions/create-issue.js';
import { createPull } from './actions/create-pull.js';
import { createRelease } from './actions/create-release.js';
import { diffPull } from './actions/diff-pull.js';
import { getCommit } from './actions/get-commit.js';
import { getContents } from './actions/get-contents.js';
import { getIssue } from './actions/get-issue.js';
import { getPull } from './actions/get-pull.js';
import { getRelease } from './actions/get-release.js';
import { getRepository } from './actions/get-repository.js';
import { getWorkflowRun } from './actions/get-workflow-run.js';
import { listBranches } from './actions/list-branches.js';
import { listComments } from './actions/list-comments.js';
import { listCommits } from './actions/list-commits.js';
import { listIssues } from './actions/list-issues.js';
import { listLabels } from './actions/list-labels.js';
import { listNotifications } from './actions/list-notifications.js';
import { listPulls } from './actions/list-pulls.js';
import { listReleases } from './actions/list-releases.js';
import { listRepositories } from './actions/list-repositories.js';
import { listWorkflowRuns } from './actions/list-workflow-runs.js';
import { markNotificationRead } from './actions/mark-notification-read.js';
import { mergePull } from './actions/merge-pull.js';
import { putContents } from './actions/put-contents.js';
import { removeLabel } from './actions/remove-label.js';
import { reviewPull } from './actions/review-pull.js';
import { searchIssues } from './actions/search-issues.js';
import { updateIssue } from './actions/update-issue.js';
import { github } from './definition.js';
import { classifyFailure } from './errors.js';
import { requests } from './requests.js';

const repositories = [listRepositories, getRepository, listBranches, listCommits, getCommit];
const issues = [listIssues, searchIssues, getIssue, createIssue, updateIssue, commentOnIssue, listComments];
const labels = [listLabels, addLabels, removeLabel];
const pulls = [listPulls, getPull, createPull, diffPull, reviewPull, commentOnPull, mergePull];
const contents = [getContents, putContents];
const releases = [listReleases, getRelease, createRelease];
const workflowRuns = [listWorkflowRuns, getWorkflowRun];
const notifications = [listNotifications, markNotificationRead];

export const githubProvider = github.with({
  actions: [
    ...repositories,
    ...issues,
    ...labels,
    ...pulls,
    ...contents,
    ...releases,
    ...workflowRuns,
    ...notifications,
  ],
  classifyFailure,
  requests,
});
