interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly additionalProperties?: unknown;
  readonly example?: unknown;
}

const TIME = '2026-11-22T09:30:00.000Z';
const CALENDAR = 'https://www.googleapis.com/auth/calendar.events.readonly';

/** Examples of members by their name, wherever they occur; made up, so that none can be a real secret. */
const BY_NAME: Readonly<Record<string, unknown>> = {
  access_token: 'the-access-token',
  accessToken: 'the-access-token',
  action: 'github.issues.list',
  agentId: 'agt_01jd9z',
  authorizationId: 'aut_01jd9z',
  authorizationUri: 'https://valetkey.example/connect/aut_01jd9z',
  connectionId: 'con_01jd9z',
  cron: '30 9 * * 1-5',
  connectorId: 'ctr_01jd9z',
  connectorName: 'Google',
  displayName: 'Google',
  email: 'ada@example.com',
  expires_in: 3599,
  expiresIn: 3599,
  validFor: 14_400,
  id: '01jd9z',
  key: 'vk_agent_the-key',
  name: 'Ada Lovelace',
  newPassword: 'four words in a row',
  password: 'four words in a row',
  provider: 'github',
  scheduleId: 'sch_01jd9z',
  scope: CALENDAR,
  scopes: [CALENDAR],
  target: 'google',
  timeZone: 'Europe/Berlin',
  taskId: 'tsk_01jd9z',
  token_type: 'Bearer',
  tokenType: 'Bearer',
  url: 'https://valetkey.example/',
  userId: 'ada',
  verificationRecordId: 'aut_01jd9z',
  webhookId: 'whk_01jd9z',
};

const BY_FORMAT: Readonly<Record<string, unknown>> = {
  'date-time': TIME,
  uri: 'https://valetkey.example/',
  email: 'ada@example.com',
};

const BY_PATTERN: Readonly<Record<string, unknown>> = {
  '^[0-9]{1,18}$': '7',
  '^[0-9]{6}$': '287082',
  '^[0-9a-f]{64}$': '0a'.repeat(32),
};

/** A plausible value of a schema, for readers of the API description. */
export function exampleOf(schema: Schema, name?: string): unknown {
  if (schema.example !== undefined) return schema.example;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (name !== undefined && name in BY_NAME) return BY_NAME[name];
  const variant = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (variant) return exampleOf(variant, name);
  if (schema.format !== undefined && schema.format in BY_FORMAT) return BY_FORMAT[schema.format];
  if (schema.pattern !== undefined && schema.pattern in BY_PATTERN) return BY_PATTERN[schema.pattern];
  return ofType(schema, name);
}

function ofType(schema: Schema, name: string | undefined): unknown {
  const type = Array.isArray(schema.type) ? (schema.type as string[])[0] : schema.type;
  if (type === 'object') {
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([key, member]) => [key, exampleOf(member, key)]),
    );
  }
  if (type === 'array') return schema.items ? [exampleOf(schema.items, name)] : [];
  if (type === 'integer' || type === 'number') return 1;
  if (type === 'boolean') return true;
  return type === 'string' ? 'text' : {};
}
