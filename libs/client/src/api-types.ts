/** The names of the API's types that the client uses; `npm run build` generates them from the server's description. */
import type { components } from './generated/api.js';

type Schemas = components['schemas'];

export type Problem = Schemas['Problem'];
/** The stable name of an error of the server. */
export type ProblemCode = Problem['code'];
/** A task as the API answers it. */
export type TaskData = Schemas['Task'];
export type TaskStatus = TaskData['status'];
/** A line of a task's story. */
export interface TaskEvent {
  readonly at: string;
  readonly status: TaskStatus;
  readonly message: string;
}
export type Connection = Schemas['Connection'];
export type ConnectionStatus = Connection['status'];
export type ConnectionCheck = Schemas['CheckConnectionResponse'];
export type ConnectionAccessToken = Schemas['ConnectionAccessToken'];
export type Authorization = Schemas['Authorization'];
export type Approval = Schemas['Approval'];
export type ApprovalStatus = Approval['status'];
/** The approval that a task waits for. */
export type TaskApproval = NonNullable<TaskData['approval']>;
/** Calls that an agent may make again without asking. */
export type StandingApproval = Schemas['StandingApprovalSummary'];
/** With its newest uses. */
export type StandingApprovalDetail = Schemas['StandingApproval'];
export type StandingApprovalStatus = StandingApproval['status'];
/** A decision on an approval. */
export type Decision = Schemas['DecideApprovalRequest'];
export type UserToken = Schemas['CreateUserTokenResponse'];
/** An action of the catalogue, with its schemas. */
export type ActionDescription = Schemas['Action'];
export type Effect = ActionDescription['effect'];
export type Readiness = NonNullable<ActionDescription['readiness']>;
/** How much an approval shall cover, should a person have to agree. */
export type ApprovalAsk = NonNullable<Schemas['RunActionRequest']['approval']>;
export type ConnectRequest = Omit<Schemas['CreateAuthorizationRequest'], 'userId' | 'target'>;

/** The id of an action: `github.issues.create`. */
export type ActionId = Exclude<Schemas['ActionName'], `${string}__${string}`>;

/** `github.issues.create` is described by the schemas `GithubIssuesCreateInput` and `…Output`. */
type SchemaName<Id extends string> = Id extends `${infer Word}.${infer Rest}`
  ? `${SchemaName<Word>}${SchemaName<Rest>}`
  : Id extends `${infer Word}-${infer Rest}`
    ? `${Capitalize<Word>}${SchemaName<Rest>}`
    : Capitalize<Id>;
type SchemaOf<Name extends string> = Name extends keyof Schemas ? Schemas[Name] : never;

/** An action that this version of the client does not know is taken by its name too. */
export type AnyAction = ActionId | (string & {});
export type ActionInput<Id extends string> = Id extends ActionId
  ? SchemaOf<`${SchemaName<Id>}Input`>
  : Record<string, unknown>;
export type ActionOutput<Id extends string> = Id extends ActionId
  ? SchemaOf<`${SchemaName<Id>}Output`>
  : unknown;

/** A message that Valetkey sends to an endpoint of yours. */
export type WebhookEvent = {
  [Name in keyof Schemas]: Schemas[Name] extends { type: string; timestamp: string; data: object }
    ? Schemas[Name]
    : never;
}[keyof Schemas];
