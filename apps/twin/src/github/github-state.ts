/** A comment on an issue. */
export interface IssueComment {
  id: number;
  body: string;
  authorId: string;
  createdAt: string;
  updatedAt: string;
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
}

/** What the GitHub twin remembers. */
export interface GithubState {
  repositories: Repository[];
  /** Last given numeric id. */
  lastId: number;
}
