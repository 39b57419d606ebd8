import { z } from 'zod';

/** The access of one grantee to a file. */
export const permission = z.object({
  id: z.string().describe('Permission id, by which it is taken back'),
  type: z.string().describe('user, group, domain or anyone'),
  role: z.string().describe('owner, organizer, fileOrganizer, writer, commenter or reader'),
  emailAddress: z.string().optional().describe('Address of the user or group'),
  domain: z.string().optional().describe('Domain, where a whole one has access'),
  displayName: z.string().optional().describe('Name'),
});

export const permissionFields = 'id,type,role,emailAddress,domain,displayName';

export const permissionPage = z.object({
  permissions: z.array(permission).default([]),
  nextPageToken: z.string().optional(),
});
