/** The responses of the operator API. None of them contains a token or a client secret. */
export type Role = 'owner' | 'admin' | 'auditor';

export interface Operator {
  id: string;
  email: string;
  role: Role;
}

export interface Session {
  operator: Operator;
  csrfToken: string;
}

export type TokenStatus = 'active' | 'expired' | 'inactive';

export interface User {
  id: string;
  name?: string;
  email?: string;
  createdAt: string;
  connectionCount: number;
  lastSeenAt?: string;
}

export interface Connection {
  id: string;
  userId: string;
  target: string;
  connectorName: string;
  account: { id: string; name?: string; email?: string };
  alias?: string;
  status: TokenStatus;
  reason?: string;
  refreshable: boolean;
  scopes: string[];
  /** The provider's own sentence for a scope, where the API knows it. */
  scopeDescriptions?: Record<string, string>;
  expiresAt?: string;
  lastUsedAt?: string;
  lastRefreshedAt?: string;
  /** The last live check that the provider answered. */
  lastCheckedAt?: string;
  lastFailure?: { at: string; code: string };
  /** Ids of the user's other connections that end with this one. */
  sharesGrantWith?: string[];
  revocation?: { id: string; status: RevocationStatus; requestedAt: string; finishedAt?: string };
  createdAt: string;
}

export type RevocationStatus = 'pending' | 'confirmed' | 'not_supported' | 'given_up';

/** The result of a live check at the provider. */
export interface ConnectionCheck {
  result: 'alive' | 'dead' | 'scopes_changed' | 'unknown';
}

export type ActorType = 'agent' | 'user' | 'operator' | 'system';
export type Outcome = 'intended' | 'succeeded' | 'failed' | 'denied';

export interface AuditEvent {
  id: string;
  seq: number;
  at: string;
  type: string;
  actor: { type: ActorType; id: string; name?: string };
  userId?: string;
  agentId?: string;
  connectionId?: string;
  taskId?: string;
  action?: string;
  target?: string;
  outcome: Outcome;
  detail?: Record<string, unknown>;
  requestId?: string;
  ip?: string;
  /** For whom the actor acted, nearest first. */
  onBehalfOf?: { type: ActorType; id: string }[];
  keyId?: string;
  scopes?: string[];
  durationMs?: number;
  providerStatus?: number;
  arguments?: { hash: string; fields: string[]; summary?: Record<string, string | number | boolean> };
}

/** Where the log stands, and how far it is signed and kept outside. */
export interface AuditChain {
  head: { seq: number; hash: string };
  signedThrough: number;
  anchors: {
    name: string;
    throughSeq: number;
    anchoredAt?: string;
    failedAt?: string;
    lastError?: string;
  }[];
}

/** How far the log is sent on to a sink. */
export interface AuditSink {
  name: string;
  kind: 'otlp' | 'http';
  host: string;
  throughSeq: number;
  behind: number;
  waitingSince?: string;
  deliveredAt?: string;
  failures: number;
  lastError?: string;
}

/** A rule in the Cedar language. */
export interface Policy {
  id: string;
  name: string;
  text: string;
  enabled: boolean;
  /** Why it does not hold as it is written: it could not be stored today. */
  fault?: string;
  createdAt: string;
  updatedAt: string;
}

export interface PolicyDecision {
  decision: 'allow' | 'deny' | 'require_approval';
  code?: string;
  detail: string;
  policies: string[];
}

export type TaskStatus =
  | 'queued'
  | 'running'
  | 'waiting_for_authorization'
  | 'waiting_for_approval'
  | 'scheduled'
  | 'succeeded'
  | 'failed'
  | 'canceled'
  | 'outcome_unknown';

export interface Task {
  id: string;
  userId: string;
  agentId?: string;
  action: string;
  connectionId?: string;
  status: TaskStatus;
  input?: unknown;
  output?: unknown;
  error?: { code: string; detail?: string; authorizationUri?: string };
  attempts: number;
  createdAt: string;
  runAt?: string;
  startedAt?: string;
  finishedAt?: string;
}

export interface TaskEvent {
  at: string;
  status: TaskStatus;
  message?: string;
}

export interface AgentKey {
  id: string;
  prefix: string;
  createdAt: string;
  lastUsedAt?: string;
  revokedAt?: string;
}

/** Which user tokens an agent may mint. */
export type UserTokenRight = 'any' | 'without_raw_tokens' | 'none';

export interface Agent {
  id: string;
  name: string;
  createdAt: string;
  disabledAt?: string | null;
  rawTokens: boolean;
  userTokens: UserTokenRight;
  keys: AgentKey[];
}

export interface Connector {
  id: string;
  target: string;
  preset: string;
  displayName: string;
  clientId: string;
  hasClientSecret: boolean;
  /** The endpoints that differ from the preset's. */
  endpoints: Endpoints;
  source: 'file' | 'demo' | 'operator';
  storeTokens: boolean;
  prompts: string[];
  offlineAccess: boolean;
  clientAuthentication?: ClientAuthentication;
  /** Between scopes in requests. */
  scopeSeparator?: ' ' | ',';
  /** Where userinfo names the account. */
  accountPaths?: AccountPaths;
  /** Why it cannot be edited here. */
  readOnlyBecause?: string;
  disabledAt?: string | null;
  disabledBy?: 'operator' | 'configuration';
  /** Its connections are being disconnected. */
  dropping: boolean;
  connectionCount: number;
  /** Connections that hold tokens. */
  storedConnectionCount: number;
  callbackUrl: string;
}

export type EndpointName = 'issuer' | 'authorization' | 'token' | 'userinfo' | 'revocation' | 'jwks';
export type Endpoints = Partial<Record<EndpointName, string>>;
export type AccountPaths = Partial<Record<'id' | 'name' | 'email', string>>;
export type ClientAuthentication = 'client_secret_basic' | 'client_secret_post' | 'none';

export interface ConnectorPreset {
  id: string;
  displayName: string;
  endpoints: Endpoints;
  neededEndpoints: EndpointName[];
  clientAuthentication: ClientAuthentication;
  /** The rest is read from the issuer's discovery document. */
  discovers: boolean;
  /** With {target} in place of the target. */
  callbackUrl: string;
}

export interface Overview {
  users: number;
  connections: Record<TokenStatus, number>;
  tasks: Partial<Record<TaskStatus, number>>;
  auditEvents24h: number;
  agents: number;
  /** Hosts of providers that the answering process does not call for now, since they fail. */
  circuits: { provider: string; host: string; state: 'open' | 'half_open' }[];
  demo?: { userId: string; links: { label: string; url: string }[] };
}

export type VaultKeyState = 'seals' | 'opens' | 'retired' | 'missing';

export interface VaultKey {
  id: string;
  /** `local`, or the URI of the key in its key service. */
  provider: string;
  providerName: string;
  state: VaultKeyState;
  createdAt?: string;
  secrets: number;
  holds: Record<string, number>;
}

export interface Rewrap {
  id: string;
  keyId: string;
  status: 'running' | 'finished' | 'incomplete';
  store?: string;
  done: number;
  total: number;
  failed: number;
  lastError?: string;
  startedAt: string;
  finishedAt?: string;
}

export interface Vault {
  keys: VaultKey[];
  unreadable: number;
  canRotate: boolean;
  rewrap?: Rewrap;
}

export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  instance?: string;
  /** Which members were wrong. */
  errors?: { path: string; message: string }[];
}
