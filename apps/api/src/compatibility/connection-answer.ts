import { isUsable, type SealedConnection } from '../connections/index.js';
import type { Credentials } from './credentials.js';

/** A connection among others, as Nango lists it. */
export function listedConnection(connection: SealedConnection, provider: string, key: string) {
  return {
    ...common(connection, provider, key),
    created: connection.createdAt.toISOString(),
    metadata: null,
  };
}

/** One connection as Nango shows it. */
export function fullConnection(
  connection: SealedConnection,
  provider: string,
  key: string,
  credentials: Credentials,
) {
  const { createdAt, lastRefreshedAt, lastUsedAt } = connection;
  return {
    ...common(connection, provider, key),
    connection_config: {},
    webhook_url_override: null,
    created_at: createdAt.toISOString(),
    updated_at: (lastRefreshedAt ?? createdAt).toISOString(),
    last_fetched_at: lastUsedAt?.toISOString() ?? null,
    metadata: {},
    credentials,
  };
}

function common(connection: SealedConnection, provider: string, key: string) {
  const { id, userId } = connection;
  return {
    id,
    connection_id: id,
    provider_config_key: key,
    provider,
    errors: isUsable(connection) ? [] : [{ type: 'auth', log_id: '' }],
    end_user: { id: userId, display_name: null, email: null, tags: {}, organization: null },
    tags: { end_user_id: userId },
  };
}
