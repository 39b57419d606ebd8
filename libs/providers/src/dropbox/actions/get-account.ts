import { z } from 'zod';
import { dropbox } from '../definition.js';

const account = z.object({
  account_id: z.string(),
  name: z.object({ display_name: z.string() }),
  email: z.string(),
  account_type: z.object({ '.tag': z.string() }).optional(),
  root_info: z.object({ root_namespace_id: z.string(), home_namespace_id: z.string() }).optional(),
});

/** https://www.dropbox.com/developers/documentation/http/documentation#users-get_current_account */
export const getAccount = dropbox.action({
  name: 'account.get',
  title: 'See the Dropbox account',
  summary: 'Returns name, e-mail address and kind of the account that is connected.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['account_info.read'],
  input: z.strictObject({}).meta({ examples: [{}] }),
  output: z.object({
    id: z.string().describe('Account id'),
    name: z.string().describe('Name of the user'),
    email: z.string().describe('E-mail address'),
    type: z.string().optional().describe('basic, pro or business'),
    hasTeamSpace: z.boolean().describe('Files of the team lie outside what the other actions see'),
  }),
  run: async ({ http }) => {
    const found = await http.post('/users/get_current_account', { response: account });
    const { account_id: id, name, email, account_type: type, root_info: root } = found;
    return {
      id,
      name: name.display_name,
      email,
      type: type?.['.tag'],
      hasTeamSpace: root !== undefined && root.root_namespace_id !== root.home_namespace_id,
    };
  },
});
