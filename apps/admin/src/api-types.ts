/** The responses of the operator API, by the names that the dashboard uses; `npm run build` generates them. */
import type { components } from './generated/api';

type Schemas = components['schemas'];

export type Session = Schemas['Session'];
export type Operator = Schemas['Operator'];
export type OperatorRole = Operator['role'];
export type InvitedOperator = Schemas['InviteOperatorResponse'];
export type OperatorKey = Schemas['OperatorKey'];
export type NewOperatorKey = Schemas['CreateOperatorKeyRequest'];
export type CreatedOperatorKey = Schemas['CreateOperatorKeyResponse'];
export type SettingsKey = Schemas['SettingsKey'];
export type OperatorSession = Schemas['OperatorSession'];
export type PasswordLink = Schemas['PasswordLink'];
export type SignInOptions = Schemas['SignInOptions'];
export type SecondFactor = Schemas['SecondFactor'];
export type FactorMethod = SecondFactor['methods'][number];
export type FactorProof = Schemas['ProveSecondFactorRequest'];
export type PersonProof = Schemas['ReauthenticateOperatorRequest'];
export type TotpSecret = Schemas['BeginTotpResponse'];
export type Passkey = SecondFactor['passkeys'][number];
export type AddedPasskey = Schemas['AddPasskeyResponse'];
export type NewPasskey = Schemas['AddPasskeyRequest'];
export type PasskeySignIn = Schemas['SignInWithPasskeyRequest'];
export type RecoveryCodes = Schemas['ConfirmTotpResponse'];
export type User = Schemas['User'];
export type Connection = Schemas['Connection'];
export type TokenStatus = Connection['status'];
export type RevocationStatus = Schemas['Revocation']['status'];
export type ConnectionCheck = Schemas['CheckConnectionResponse'];
export type Approval = Schemas['Approval'];
export type StandingApproval = Schemas['StandingApprovalSummary'];
export type StandingApprovalDetail = Schemas['StandingApproval'];
export type ApprovalDecision = Schemas['DecideApprovalRequest'];
export type AuditEvent = Schemas['AuditEvent'];
export type Outcome = AuditEvent['outcome'];
export type AuditTree = Schemas['AuditTree'];
export type AuditSink = Schemas['AuditSink'];
export type Policy = Schemas['Policy'];
export type ImportedProvider = Schemas['ImportedProviderSummary'];
export type ImportPreview = Schemas['PreviewProviderImportResponse'];
export type ImportedAction = ImportPreview['actions'][number];
export type ImportedProviderDetail = Schemas['ImportedProvider'];
export type PolicyDecision = Schemas['DryRunPoliciesResponse'];
export type Schedule = Schemas['Schedule'];
export type ScheduleSummary = Schemas['ScheduleSummary'];
export type Task = Schemas['Task'];
export type TaskStatus = Task['status'];
export type OutcomeDecision = NonNullable<Task['outcomeDecision']>['decision'];
export type TaskEvent = Schemas['TaskEvent'];
export type DeadLetterList = Schemas['DeadLetterList'];
export type DeadLetterGroup = DeadLetterList['groups'][number];
/** Which dead letters; the members of a group that it names. */
export type DeadLetterFilter = Partial<Pick<DeadLetterGroup, 'status' | 'action' | 'code' | 'target'>>;
export type ReplayedBatch = Schemas['ReplayDeadLetterResponse'];
/** The answer of a dry run. */
export type ReplayCount = Pick<ReplayedBatch, 'tasks' | 'users' | 'asOf'>;
export type DeadLetterCount = Pick<ReplayedBatch, 'tasks' | 'users'>;
export type Agent = Schemas['Agent'];
export type Permission = Schemas['AgentPermission'];
export type AgentKey = Agent['keys'][number];
export type UserTokenRight = Agent['userTokens'];
export type Connector = Schemas['Connector'];
export type ConnectorPreset = Schemas['ConnectorPreset'];
export type ConnectorTest = Schemas['TestConnectorResponse'];
export type Authorization = Schemas['Authorization'];
export type Endpoints = Connector['endpoints'];
export type EndpointName = keyof Endpoints;
export type AccountPaths = NonNullable<Connector['accountPaths']>;
export type Overview = Schemas['Overview'];
export type Activity = Overview['activity'];
export type ActivityPoint = Activity['points'][number];
export type ActivityCounts = Activity['total'];
export type SearchHit = Schemas['Search'];
export type Vault = Schemas['Vault'];
export type VaultKey = Vault['keys'][number];
export type VaultKeyState = VaultKey['state'];
export type Rewrap = Schemas['VaultRewrap'];

export type Webhook = Schemas['Webhook'];
export type CreatedWebhook = Schemas['CreateWebhookResponse'];
export type WebhookEventType = Schemas['WebhookEventType'];
export type WebhookDelivery = Schemas['WebhookDelivery'];
export type WebhookDeliverySummary = Schemas['WebhookDeliverySummary'];

/** A problem, or what is left of one: the body of an error may come from a proxy in between. */
export type Problem = Partial<Schemas['Problem']> & {
  /** The members that were wrong. */
  errors?: { path: string; message: string }[];
};
