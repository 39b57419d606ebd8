import { SIGN_INS } from '@valetkey/providers/mcp';
import { z } from 'zod';
import { isAcceptableEndpoint } from '../../connectors/index.js';

const header = z
  .string()
  .regex(/^[A-Za-z][\w-]{0,63}$/)
  .transform((name) => name.toLowerCase())
  .refine(
    (name) =>
      !/^(?:host|cookie|connection|content-|transfer-|accept|mcp-|proxy-|te$|trailer$|upgrade$|expect$)/.test(
        name,
      ),
    'must be a header for a credential',
  );

export const newMcpServer = z
  .strictObject({
    id: z
      .string()
      .regex(
        /^[a-z][a-z0-9-]{0,30}$/,
        'must be up to 31 lower-case letters, digits and dashes, a letter first',
      )
      .describe('Of its provider and connector: its tools are actions `id.tool`.')
      .meta({ example: 'acme' }),
    displayName: z.string().trim().min(1).max(100).meta({ example: 'Acme' }),
    url: z
      .string()
      .max(2048)
      .refine(
        isAcceptableEndpoint,
        'must be an https URL without credentials or fragment (plain http for loopback only)',
      )
      .describe('Where it takes messages (Streamable HTTP).')
      .meta({ example: 'https://mcp.acme.example/mcp' }),
    signIn: z
      .enum(SIGN_INS)
      .optional()
      .describe(
        'How users sign in: by consent, with a key of theirs, or not at all. If left out, the server is asked.',
      ),
    sentIn: z
      .strictObject({ header, scheme: z.string().regex(/^[A-Za-z][\w-]{0,30}$|^$/) })
      .optional()
      .describe('How a key is sent; `Authorization: Bearer` if left out.'),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,200}$/))
      .max(50)
      .optional()
      .describe('Asked for at every consent. Those that the server names if left out.'),
    clientId: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe(
        'Of a client that you have registered at its authorization server. If left out, the server is told of us.',
      ),
    clientSecret: z.string().min(1).max(4096).optional(),
  })
  .refine(({ signIn, sentIn }) => sentIn === undefined || signIn === 'key', {
    path: ['sentIn'],
    error: 'is for signIn "key"',
  })
  .refine(({ clientId, clientSecret }) => clientSecret === undefined || clientId !== undefined, {
    path: ['clientId'],
    error: 'is needed beside a client secret',
  });

export type NewMcpServer = z.output<typeof newMcpServer>;

export const mcpServerView = z.object({
  id: z.string(),
  displayName: z.string(),
  url: z.string(),
  signIn: z.enum(SIGN_INS),
  connectorId: z.string(),
  issuer: z.string().optional().describe('The authorization server at which users consent.'),
});
