import simpleRestProvider from 'ra-data-simple-rest';
import type { DataProvider } from 'react-admin';
import type {
  Approval,
  ApprovalDecision,
  AuditTree,
  AuditSink,
  Authorization,
  Connection,
  ConnectionCheck,
  Connector,
  ConnectorPreset,
  ConnectorTest,
  CreatedWebhook,
  DeadLetterFilter,
  DeadLetterList,
  ImportedProviderDetail,
  ImportPreview,
  OutcomeDecision,
  Overview,
  Permission,
  Policy,
  PolicyDecision,
  ReplayCount,
  ReplayedBatch,
  Rewrap,
  Schedule,
  SearchHit,
  StandingApproval,
  Task,
  TaskEvent,
  UserTokenRight,
  Vault,
  VaultKey,
  Webhook,
  WebhookDelivery,
} from '../api-types';
import { auditPage } from './audit-pages';
import { httpClient, operatorApi } from './http-client';
import { operatorCommands } from './operator-commands';

const rest = simpleRestProvider(operatorApi, httpClient);

const at = (...segments: (string | number)[]) =>
  [operatorApi, ...segments.map((segment) => encodeURIComponent(segment))].join('/');

const authorizations = '/v1/authorizations';

const post = async (url: string, body?: unknown) =>
  (await httpClient(url, { method: 'POST', body: body === undefined ? null : JSON.stringify(body) })).json;

const changedFields = (before: Record<string, unknown>, after: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key] !== value));

const withoutEmpty = (filter: Record<string, unknown> | undefined) =>
  Object.fromEntries(Object.entries(filter ?? {}).filter(([, value]) => value !== '' && value != null));

export interface NewAgent {
  name: string;
  rawTokens: boolean;
  userTokens: UserTokenRight;
}

/** Calls of the operator API beyond list, read and update. */
const commands = {
  ...operatorCommands,
  /** With the figures since a time, of one connector if it is named. */
  overview: async (asked: { from: string; target?: string }): Promise<Overview> =>
    (await httpClient(`${at('overview')}?${new URLSearchParams(asked)}`)).json,
  search: async (q: string, signal: AbortSignal): Promise<SearchHit[]> =>
    (await httpClient(`${at('search')}?${new URLSearchParams({ q })}`, { signal })).json.data,
  refreshConnection: (id: string): Promise<Connection> => post(at('connections', id, 'refresh')),
  checkConnection: (id: string): Promise<ConnectionCheck> => post(at('connections', id, 'check')),
  deleteUser: async (id: string, { eraseAudit }: { eraseAudit: boolean }): Promise<void> => {
    await httpClient(`${at('users', id)}?eraseAudit=${eraseAudit}`, { method: 'DELETE' });
  },
  disconnect: async (id: string): Promise<Connection> =>
    (await httpClient(at('connections', id), { method: 'DELETE' })).json,
  taskEvents: async (id: string): Promise<TaskEvent[]> =>
    (await httpClient(at('tasks', id, 'events'))).json?.data ?? [],
  /** The file as it is to be kept. */
  eventProof: async (id: string): Promise<string> =>
    (await httpClient(`/v1/audit-events/${encodeURIComponent(id)}/proof`)).body,
  auditTree: async (): Promise<AuditTree> => (await httpClient(at('audit-tree'))).json,
  auditSinks: async (): Promise<AuditSink[]> => (await httpClient(at('audit-sinks'))).json,
  createPolicy: (policy: object): Promise<Policy> => post(at('policies'), policy),
  knownProviders: async (): Promise<{ id: string; displayName: string }[]> =>
    (await httpClient('/v1/providers')).json.data,
  previewImport: (wanted: object): Promise<ImportPreview> => post(at('provider-previews'), wanted),
  importDocument: (wanted: object): Promise<ImportedProviderDetail> => post(at('providers'), wanted),
  /** The import in force; `undefined` when there is none. */
  importOf: async (id: string): Promise<ImportedProviderDetail | undefined> => {
    const filter = encodeURIComponent(JSON.stringify({ id: [id] }));
    const found = (await httpClient(`${at('providers')}?filter=${filter}`)).json as unknown[];
    return found.length === 0 ? undefined : (await httpClient(at('providers', id))).json;
  },
  deleteImport: async (id: string): Promise<void> => {
    await httpClient(at('providers', id), { method: 'DELETE' });
  },
  changePolicy: async (id: string, change: object): Promise<Policy> =>
    (await httpClient(at('policies', id), { method: 'PATCH', body: JSON.stringify(change) })).json,
  deletePolicy: async (id: string): Promise<void> => {
    await httpClient(at('policies', id), { method: 'DELETE' });
  },
  tryPolicies: (question: object): Promise<PolicyDecision> => post(at('policy-decisions'), question),
  decideApproval: (id: string, decision: ApprovalDecision): Promise<Approval> =>
    post(at('approvals', id, 'decision'), decision),
  takeBackStanding: async (id: string): Promise<StandingApproval> =>
    (await httpClient(at('standing-approvals', id), { method: 'DELETE' })).json,
  cancelTask: (id: string): Promise<Task> => post(at('tasks', id, 'cancel')),
  retryTask: (id: string): Promise<Task> => post(at('tasks', id, 'retry')),
  deadLetters: async (): Promise<DeadLetterList> => (await httpClient(at('dead-letters'))).json,
  countDeadLetters: (filter: DeadLetterFilter): Promise<ReplayCount> =>
    post(at('dead-letters', 'replay'), { ...filter, dryRun: true }),
  /** The next batch of those that were counted. */
  replayDeadLetters: (replay: DeadLetterFilter & { asOf: string; cursor?: string }): Promise<ReplayedBatch> =>
    post(at('dead-letters', 'replay'), replay),
  /** Refused when the task has ended again since. */
  decideOutcome: ({ id, finishedAt }: Task, decision: OutcomeDecision, note: string): Promise<Task> =>
    post(at('tasks', id, 'outcome'), {
      decision,
      ...(finishedAt === undefined ? {} : { finishedAt }),
      ...(note.trim() === '' ? {} : { note: note.trim() }),
    }),
  changeSchedule: async (id: string, change: { paused: boolean }): Promise<Schedule> =>
    (await httpClient(at('schedules', id), { method: 'PATCH', body: JSON.stringify(change) })).json,
  deleteSchedule: async (id: string): Promise<void> => {
    await httpClient(at('schedules', id), { method: 'DELETE' });
  },
  vault: async (): Promise<Vault> => (await httpClient(at('vault'))).json,
  latestRewrap: async (): Promise<Rewrap | null> =>
    (await httpClient(`${at('vault', 'rewraps')}?range=[0,0]`)).json?.[0] ?? null,
  startRewrap: (): Promise<Rewrap> => post(at('vault', 'rewraps')),
  rotateVaultKey: (): Promise<VaultKey> => post(at('vault', 'keys')),
  /** Not react-admin's `create`: the query cache would keep the key of its response. */
  createAgent: (agent: NewAgent): Promise<{ id: string; name: string; key: string }> =>
    post(at('agents'), agent),
  /** For one user; for any without an id. */
  agentPermissions: async (id: string, userId: string): Promise<Permission[]> => {
    const asked = userId === '' ? '' : `?${new URLSearchParams({ userId })}`;
    return (await httpClient(`${at('agents', id, 'permissions')}${asked}`)).json.data;
  },
  createAgentKey: (id: string): Promise<{ id: string; key: string }> => post(at('agents', id, 'keys')),
  connectorPresets: async (): Promise<ConnectorPreset[]> => (await httpClient(at('connector-presets'))).json,
  /** Not react-admin's `create` and `update`: the query cache would keep the secret that was typed. */
  createConnector: (connector: object): Promise<Connector> => post(at('connectors'), connector),
  changeConnector: async (id: string, change: object): Promise<Connector> =>
    (await httpClient(at('connectors', id), { method: 'PATCH', body: JSON.stringify(change) })).json,
  testConnector: (id: string): Promise<ConnectorTest> => post(at('connectors', id, 'test')),
  /** A link over which a user connects an account. */
  authorize: (link: { userId: string; target: string; scopes: string[] }): Promise<Authorization> =>
    post(authorizations, link),
  authorization: async (id: string): Promise<Authorization> =>
    (await httpClient(`${authorizations}/${encodeURIComponent(id)}`)).json,
  disableConnector: (id: string, tokens: 'keep' | 'drop'): Promise<Connector> =>
    post(at('connectors', id, 'disable'), { tokens }),
  enableConnector: (id: string): Promise<Connector> => post(at('connectors', id, 'enable')),
  deleteConnector: async (id: string): Promise<void> => {
    await httpClient(at('connectors', id), { method: 'DELETE' });
  },
  /** Not react-admin's `create`: the query cache would keep the secret of its response. */
  createWebhook: (webhook: object): Promise<CreatedWebhook> => post(at('webhooks'), webhook),
  changeWebhook: async (id: string, change: object): Promise<Webhook> =>
    (await httpClient(at('webhooks', id), { method: 'PATCH', body: JSON.stringify(change) })).json,
  deleteWebhook: async (id: string): Promise<void> => {
    await httpClient(at('webhooks', id), { method: 'DELETE' });
  },
  rotateWebhookSecret: (id: string): Promise<CreatedWebhook> => post(at('webhooks', id, 'secrets'), {}),
  testWebhook: (id: string): Promise<WebhookDelivery> => post(at('webhooks', id, 'test')),
  replayDelivery: (id: string): Promise<WebhookDelivery> => post(at('webhook-deliveries', id, 'replay')),
  revokeAgentKey: async (id: string, keyId: string): Promise<void> => {
    await httpClient(at('agents', id, 'keys', keyId), { method: 'DELETE' });
  },
};

export type ValetkeyDataProvider = DataProvider & typeof commands;

export const dataProvider: ValetkeyDataProvider = {
  ...rest,
  getList: (resource, params) => {
    const wanted = { ...params, filter: withoutEmpty(params.filter) };
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- react-admin leaves the record's type to its caller
    return resource === 'audit-events' ? (auditPage(wanted) as Promise<any>) : rest.getList(resource, wanted);
  },
  update: async (resource, params) => {
    const body = JSON.stringify(changedFields(params.previousData ?? {}, params.data));
    return { data: (await httpClient(at(resource, params.id), { method: 'PATCH', body })).json };
  },
  ...commands,
};
