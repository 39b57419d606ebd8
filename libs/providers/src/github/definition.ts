import { describeProvider } from '../core/provider.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Requests that people are told of: GitHub counts them apart. */
const CONTENT = {
  methods: ['POST'],
  path: /\/(issues|pulls|comments|reviews|releases|replies|commits)$/,
  units: 1,
};

/** Downloads of archives, release assets, logs and artifacts lead there, to addresses that are signed. */
const DOWNLOADS = [
  'https://codeload.github.com',
  'https://*.githubusercontent.com',
  'https://*.blob.core.windows.net',
];

const SEARCHES = /(?<!\/repos\/[^/]{1,100})\/search\/[a-z]{1,40}$/;
const SEARCHES_CODE = /(?<!\/repos\/[^/]{1,100})\/search\/code$/;
const GRAPHQL = /\/graphql$/;
const COUNTED_APART = /(?<!\/repos\/[^/]{1,100})\/search\/[a-z]{1,40}$|\/graphql$/;

/** GitHub REST API. */
export const github = describeProvider({
  id: 'github',
  displayName: 'GitHub',
  summary: 'Repositories, issues, pull requests and releases.',
  connector: 'github',
  apiBaseUrl: 'https://api.github.com',
  requestHeaders: ['x-github-api-version', 'x-github-next-global-id'],
  caseless: ['owner', 'repo', 'labels', 'assignees', 'reviewers', 'name'],
  uploadBaseUrl: 'https://uploads.github.com',
  otherBases: [
    { base: 'uploadBaseUrl', methods: ['POST'], path: /^\/repos\/[^/]+\/[^/]+\/releases\/\d+\/assets$/ },
  ],
  answers: {
    headers:
      /^x-(ratelimit-(limit|remaining|used|reset|resource)|oauth-scopes|accepted-(oauth-scopes|github-permissions)|github-(media-type|request-id|api-version-selected)|poll-interval)$/,
    links: /^(url|href)$|_url$/,
    linksInside: /^_links$/,
    // To clone a private repository; a file of one, with a token in the address.
    secrets: /^temp_clone_token$/,
    capabilities: [
      {
        path: /\/contents(\/|$)/,
        member: 'download_url',
        address: /[?&]token=/,
        kind: 'download',
        livesMs: 5 * MINUTE_MS,
      },
    ],
    downloads: DOWNLOADS,
  },
  problemMembers: ({ detail }) => ({ message: detail }),
  defaultHeaders: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
  failsInside: GRAPHQL,
  followsMoves: true,
  // https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api and, for searches, /rest/search/search
  budgets: [
    {
      name: 'requests',
      resource: 'core',
      units: 5_000,
      windowMs: HOUR_MS,
      costs: [{ path: COUNTED_APART, units: 0 }, { units: 1 }],
    },
    {
      name: 'graphql',
      resource: 'graphql',
      units: 5_000,
      windowMs: HOUR_MS,
      costs: [{ path: GRAPHQL, units: 1 }],
    },
    {
      name: 'searches',
      resource: 'search',
      units: 30,
      windowMs: MINUTE_MS,
      costs: [
        { path: SEARCHES_CODE, units: 0 },
        { path: SEARCHES, units: 1 },
      ],
    },
    {
      name: 'code searches',
      resource: 'code_search',
      units: 10,
      windowMs: MINUTE_MS,
      costs: [{ path: SEARCHES_CODE, units: 1 }],
    },
    {
      name: 'points',
      units: 900,
      windowMs: MINUTE_MS,
      costs: [{ methods: ['GET', 'HEAD'], units: 1 }, { units: 5 }],
    },
    { name: 'content', units: 80, windowMs: MINUTE_MS, costs: [CONTENT] },
    { name: 'content an hour', units: 500, windowMs: HOUR_MS, costs: [CONTENT] },
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
