import { describeProvider } from '../core/provider.js';

/** Requests that people are told of: GitHub counts them apart. */
const CREATES_CONTENT = /\/(issues|pulls|comments|reviews|releases|replies|commits)$/;

/** GitHub REST API. */
export const github = describeProvider({
  id: 'github',
  displayName: 'GitHub',
  connector: 'github',
  apiBaseUrl: 'https://api.github.com',
  defaultHeaders: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
  // https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
  budgets: [
    { name: 'requests', units: 5_000, windowMs: 3_600_000, costs: [{ units: 1 }] },
    {
      name: 'points',
      units: 900,
      windowMs: 60_000,
      costs: [{ methods: ['GET', 'HEAD'], units: 1 }, { units: 5 }],
    },
    {
      name: 'content',
      units: 80,
      windowMs: 60_000,
      costs: [{ methods: ['POST'], path: CREATES_CONTENT, units: 1 }],
    },
  ],
  scopes: {
    public_repo: { description: 'Read and write your public repositories and their issues.' },
    repo: {
      description: 'Read and write all your repositories, private ones included, and their issues.',
      implies: ['public_repo', 'notifications'],
    },
    notifications: { description: 'Read your notifications and mark them as read.' },
    workflow: { description: 'Add and change the workflow files of GitHub Actions in your repositories.' },
  },
});
