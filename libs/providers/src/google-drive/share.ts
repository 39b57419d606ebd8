import { domainToASCII } from 'node:url';
import { z } from 'zod';
import type { Recovery } from '../core/action.js';
import { apiPath } from '../core/api-path.js';
import type { ProviderHttp } from '../core/provider-http.js';
import { asciiAddress, emailAddress, mailboxKey } from '../google/mail-address.js';
import { fileId } from './file.js';
import { permission, permissionFields, permissionPage } from './permission.js';

const whom = { user: 'emailAddress', group: 'emailAddress', domain: 'domain', anyone: undefined } as const;

/** The input for sharing: the grantee and the access. */
export const newAccess = z
  .strictObject({
    fileId,
    type: z.enum(['user', 'group', 'domain', 'anyone']).describe('anyone means everybody with the link'),
    emailAddress: emailAddress.optional().describe('Address of the user or group'),
    domain: z.string().min(1).max(253).optional().describe('The domain, for type domain'),
    role: z.enum(['reader', 'commenter', 'writer']).default('reader').describe('What they may do'),
    notify: z
      .boolean()
      .default(false)
      .describe('Mail the user or group about it; needed for addresses outside Google'),
    message: z.string().min(1).max(2000).optional().describe('Text of that mail'),
  })
  .superRefine(({ type, emailAddress, domain, notify, message }, context) => {
    const given = { emailAddress, domain };
    for (const member of ['emailAddress', 'domain'] as const) {
      const isNeeded = whom[type] === member;
      if ((given[member] !== undefined) !== isNeeded)
        context.addIssue({
          code: 'custom',
          path: [member],
          message: `is ${isNeeded ? 'needed' : 'not taken'} for type ${type}`,
        });
    }
    if ((notify || message) && whom[type] !== 'emailAddress')
      context.addIssue({ code: 'custom', path: ['notify'], message: 'is for users and groups only' });
    if (message && !notify)
      context.addIssue({ code: 'custom', path: ['message'], message: 'is sent only with notify' });
  });

export type NewAccess = z.output<typeof newAccess>;

/** https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions/create */
export const grantAccess = (http: ProviderHttp, input: NewAccess) => {
  const { fileId: id, notify, message, emailAddress: address, domain, ...rest } = input;
  const body = {
    ...rest,
    emailAddress: address === undefined ? undefined : asciiAddress(address),
    domain: domain === undefined ? undefined : domainToASCII(domain) || domain,
  };
  return http.post(apiPath`/files/${id}/permissions`, {
    query: {
      fields: permissionFields,
      supportsAllDrives: true,
      ...(whom[input.type] === 'emailAddress'
        ? { sendNotificationEmail: notify, emailMessage: message }
        : {}),
    },
    body,
    response: permission,
  });
};

/** Whether the grantee has that role already. */
export async function findGrant(
  http: ProviderHttp,
  { fileId: id, type, role, emailAddress: address, domain }: NewAccess,
): Promise<Recovery<z.output<typeof permission>>> {
  const { permissions, nextPageToken } = await http.get(apiPath`/files/${id}/permissions`, {
    query: {
      pageSize: 100,
      fields: `nextPageToken,permissions(${permissionFields})`,
      supportsAllDrives: true,
    },
    response: permissionPage,
  });
  const found = permissions.find(
    (one) =>
      one.type === type &&
      one.role === role &&
      mailboxKey(one.emailAddress ?? '') === mailboxKey(address ?? '') &&
      one.domain === (domain === undefined ? undefined : domainToASCII(domain) || domain),
  );
  if (found) return { found };
  return nextPageToken ? { unknown: 'the file is shared with more than 100 others' } : { absent: true };
}
