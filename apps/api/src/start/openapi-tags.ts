/** The text under each heading of the description. */
export const TAGS = {
  account:
    'What a user does with their own account: connect, read, disconnect. Also the routes that Logto has.',
  agents: 'Agents, their keys and what those may do.',
  approvals: 'Calls that wait for a person to agree, and the decisions about them.',
  audit: 'The audit log: its events, the chain that proves them, export, erasure and retention.',
  connections: "Users' accounts at providers: authorize, import, look at, refresh, check, revoke.",
  connectors: 'The OAuth clients under which users connect.',
  gateway: "Actions, tools for language models, and the proxy to a provider's own API.",
  health: 'Whether the server lives and can work, and its figures.',
  mcp: 'Sessions in which MCP clients act for users. The MCP endpoint itself, /mcp, describes itself.',
  operators: 'Sign-in of those who run this server.',
  policies: 'Rules on what agents may do, in Cedar.',
  providers: 'APIs that an operator brings by their OpenAPI document.',
  schedules: 'Actions that come again and again.',
  search: 'What operators look for by typing.',
  tasks: 'Actions that run later, by themselves.',
  users: 'The users for whom agents act, and their tokens.',
  vault: 'The keys that encrypt what is stored, and their rotation.',
  webhooks: 'Endpoints of calling apps that are told of events.',
} as const;
