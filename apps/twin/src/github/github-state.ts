/** A comment on an issue. */
export interface IssueComment {
  id: number;
  body: string;
  authorId: string;
  createdAt: string;
  updatedAt: string;
}

/** A review of a pull request. */
export interface Review {
  id: number;
  state: string;
  body: string;
  authorId: string;
  commitSha: string;
  submittedAt: string;
}

/** A comment on a line of a diff. */
export interface ReviewComment extends IssueComment {
  path: string;
  line: number | null;
  side: string;
  commitSha: string;
}

/** The members of an issue that is a pull request; both branches are in the same repository. */
export interface Pull {
  head: string;
  base: string;
  draft: boolean;
  /** The newest commit at the time of the merge; before the merge, the branch has it. */
  mergedHeadSha: string | null;
  mergeCommitSha: string | null;
  mergedAt: string | null;
  reviews: Review[];
  comments: ReviewComment[];
}

/** A commit with the whole tree: path → SHA of the content. */
export interface Commit {
  sha: string;
  message: string;
  authorId: string;
  date: string;
  parents: string[];
  tree: Record<string, string>;
}

/** The git data of a repository. */
export interface Git {
  branches: Record<string, string>;
  protectedBranches: string[];
  tags: Record<string, string>;
  commits: Record<string, Commit>;
  /** SHA → content in base64. */
  blobs: Record<string, string>;
}

/** A release. */
export interface Release {
  id: number;
  tag: string;
  target: string;
  name: string | null;
  body: string | null;
  draft: boolean;
  prerelease: boolean;
  authorId: string;
  createdAt: string;
  publishedAt: string | null;
}

/** A run of a workflow. */
export interface WorkflowRun {
  id: number;
  workflow: string;
  name: string;
  title: string;
  number: number;
  event: string;
  status: string;
  conclusion: string | null;
  branch: string;
  sha: string;
  actorId: string;
  startedAt: string;
}

/** A notification of one account. */
export interface Notification {
  id: number;
  accountId: string;
  /** owner/name */
  repository: string;
  issueNumber: number;
  reason: string;
  unread: boolean;
  updatedAt: string;
  lastReadAt: string | null;
}

/** An issue of a repository. */
export interface Issue {
  id: number;
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: string | null;
  labels: string[];
  assignees: string[];
  authorId: string;
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  comments: IssueComment[];
  pull?: Pull;
}

/** A repository with its issues. */
export interface Repository {
  id: number;
  owner: string;
  name: string;
  description: string;
  private: boolean;
  /** Account ids that may see and write. */
  collaborators: string[];
  createdAt: string;
  issues: Issue[];
  git: Git;
  releases: Release[];
  runs: WorkflowRun[];
}

/** The state of the GitHub twin. */
export interface GithubState {
  repositories: Repository[];
  notifications: Notification[];
  /** Last given numeric id. */
  lastId: number;
}
