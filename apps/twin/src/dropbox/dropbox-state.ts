/** A file or folder of an account. */
export interface DropboxEntry {
  tag: 'file' | 'folder';
  id: string;
  name: string;
  pathDisplay: string;
  pathLower: string;
  rev: string;
  clientModified: string;
  serverModified: string;
  /** Content as base64; empty for a folder. */
  content: string;
  deleted: boolean;
  changeSeq: number;
}

/** The files of one account. */
export interface DropboxFolderTree {
  entries: DropboxEntry[];
  seq: number;
  /** Cursors older than this answer `reset`. */
  oldestCursorSeq: number;
  links?: DropboxLink[];
}

/** A shared link to an entry. */
export interface DropboxLink {
  url: string;
  entryId: string;
  audience: string;
  expires?: string;
}

/** The state of the Dropbox twin for each account id. */
export interface DropboxState {
  trees: Map<string, DropboxFolderTree>;
}
