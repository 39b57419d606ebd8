import { z } from 'zod';
import { userIdSchema } from '../users/index.js';

const MOST_ROWS = 1_000;
const text = z.string().max(255);
const flag = z
  .enum(['true', 'false', '1', '0', ''])
  .default('false')
  .transform((value) => value === 'true' || value === '1');

/** Of `GET /connections`. Filters that cannot be kept are named, so that they are refused and not ignored. */
export const listQuery = z.looseObject({
  connectionId: text.optional(),
  endUserId: text.optional(),
  integrationId: z.string().max(2_000).optional(),
  limit: z.coerce.number().int().min(1).max(MOST_ROWS).default(MOST_ROWS),
  page: z.coerce.number().int().min(0).max(10_000).default(0),
});
export type ListQuery = z.output<typeof listQuery>;

/** Of routes about one connection. */
export const oneQuery = z.object({
  provider_config_key: text.optional(),
  force_refresh: flag,
  refresh_token: flag,
});
export type OneQuery = z.output<typeof oneQuery>;

const endUser = z.object({ id: userIdSchema }).loose();
const configDefaults = z
  .record(
    z.string().max(255),
    z.looseObject({
      user_scopes: z.string().max(8_000).optional(),
      connection_config: z
        .looseObject({ oauth_scopes_override: z.string().max(8_000).optional() })
        .optional(),
    }),
  )
  .optional();

/** Of `POST /connect/sessions`. */
export const newSession = z.looseObject({
  end_user: endUser.optional(),
  tags: z.record(z.string().max(255), z.string().max(255)).optional(),
  allowed_integrations: z.array(text).max(100).optional(),
  integrations_config_defaults: configDefaults,
});
export type NewSession = z.output<typeof newSession>;

/** Of `POST /connect/sessions/reconnect`. */
export const reconnectSession = z.looseObject({
  connection_id: text.min(1),
  integration_id: text.min(1),
  integrations_config_defaults: configDefaults,
});
export type ReconnectSession = z.output<typeof reconnectSession>;
