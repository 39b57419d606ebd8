/** Scopes of OAuth Apps: what each one means to a person, and which ones it includes. */
const SCOPES: Record<string, { sentence: string; includes?: string[] }> = {
  repo: {
    sentence: 'Full control of your public and private repositories',
    includes: ['repo:status', 'repo_deployment', 'public_repo', 'repo:invite', 'security_events'],
  },
  'repo:status': { sentence: 'Access commit status' },
  repo_deployment: { sentence: 'Access deployment status' },
  public_repo: { sentence: 'Access your public repositories' },
  'repo:invite': { sentence: 'Access repository invitations' },
  security_events: { sentence: 'Read and write security events' },
  user: { sentence: 'Update all your user data', includes: ['read:user', 'user:email', 'user:follow'] },
  'read:user': { sentence: 'Read all your user profile data' },
  'user:email': { sentence: 'Access your email addresses (read-only)' },
  'user:follow': { sentence: 'Follow and unfollow users' },
  gist: { sentence: 'Create gists' },
  notifications: { sentence: 'Access your notifications' },
  workflow: { sentence: 'Update GitHub Actions workflows' },
  'write:org': { sentence: 'Read and write your organization and team membership', includes: ['read:org'] },
  'read:org': { sentence: 'Read your organization and team membership' },
  'admin:org': {
    sentence: 'Full control of your organizations and teams',
    includes: ['write:org', 'read:org'],
  },
  'read:project': { sentence: 'Read your projects' },
  project: { sentence: 'Full control of your projects', includes: ['read:project'] },
  delete_repo: { sentence: 'Delete your repositories' },
};

/** Drops unknown scopes and those that another one includes: `user,user:email` is stored as `user`. */
export function normalizeScopes(scopes: string[]): string[] {
  const known = scopes.filter((scope) => scope in SCOPES);
  const included = new Set(known.flatMap((scope) => SCOPES[scope]?.includes ?? []));
  return known.filter((scope) => !included.has(scope)).sort();
}

/** Whether the scopes cover the wanted one, directly or by inclusion. */
export function coversScope(scopes: string[], wanted: string): boolean {
  return scopes.some((scope) => scope === wanted || SCOPES[scope]?.includes?.includes(wanted));
}

/** The sentence that a person reads. */
export function githubSentence(scope: string): string {
  return SCOPES[scope]?.sentence ?? scope;
}
