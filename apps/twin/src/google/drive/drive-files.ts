/** A file in a drive, with the content as base64. */
export interface DriveFile {
  id: string;
  name: string;
  mimeType: string;
  description?: string;
  parents: string[];
  trashed: boolean;
  createdTime: string;
  modifiedTime: string;
  version: number;
  /** The target of a shortcut. */
  shortcutTarget?: { targetId: string; targetMimeType?: string };
  appProperties?: Record<string, string>;
  /** App that made it: what `drive.file` may see. */
  createdByClient?: string;
  content: string;
  /** Access of others than the owner. */
  permissions?: DrivePermission[];
}

/** Access of one grantee to a file. */
export interface DrivePermission {
  id: string;
  type: string;
  role: string;
  emailAddress?: string;
  domain?: string;
  displayName?: string;
}
