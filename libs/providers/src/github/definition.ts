import { describeProvider } from '../core/provider.js';

/** GitHub REST API. */
export const github = describeProvider({
  id: 'github',
  displayName: 'GitHub',
  connector: 'github',
  apiBaseUrl: 'https://api.github.com',
  defaultHeaders: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
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
