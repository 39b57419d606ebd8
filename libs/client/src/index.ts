export type * from './api-types.js';
export { Approvals, type ApprovalFilter } from './approvals.js';
export { StandingApprovals, type StandingApprovalFilter } from './standing-approvals.js';
export { Authorizations } from './authorizations.js';
export { ConnectLink } from './connect-link.js';
export { Connections, type ConnectionFilter } from './connections.js';
export {
  ApprovalError,
  AuthorizationError,
  ProblemError,
  SignatureError,
  TaskError,
  TimeoutError,
  ValetkeyError,
  type ClientCode,
  type ErrorCode,
} from './errors.js';
export { Pages, type Page } from './http/pages.js';
export type { CallOptions } from './http/requests.js';
export type { ProviderFetchOptions } from './proxy/provider-fetch.js';
export { PROVIDER_HOSTS, type KnownProvider } from './proxy/provider-hosts.js';
export { Task, type ResultOptions } from './tasks/task.js';
export { Tasks, UserTasks, type CreateTaskOptions, type TaskFilter } from './tasks/tasks.js';
export type { ActionFilter, JsonSchema, ToolFilter, ToolFormat, ToolFormats, ToolList } from './tools.js';
export { UserClient, type ActOptions, type Run } from './user-client.js';
export { Valetkey, type ValetkeyOptions } from './valetkey.js';
export { verifyWebhook, type VerifyOptions, type WebhookMessage } from './webhooks/verify-webhook.js';
