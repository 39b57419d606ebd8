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
  appProperties?: Record<string, string>;
  /** App that made it: what `drive.file` may see. */
  createdByClient?: string;
  content: string;
}
