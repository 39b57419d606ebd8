import type { Query } from '../core/provider-http.js';

/** The facts about an action that a file of actions has beyond its request: what is sent and kept, how it is found again. */
export interface Curation {
  /** Values by name; `{member}` stands for that member of the input, and is left out with it. */
  readonly query?: Query | undefined;
  readonly body?: unknown;
  /** Sent with every request of it. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly answer: KeptAnswer;
  readonly page?: NextPage | undefined;
  readonly preview?: readonly string[] | undefined;
  /** Members of the input that name those whom it reaches. */
  readonly recipients: readonly string[];
  /** A request that only reads and names those whom it reaches, where the provider alone knows them. */
  readonly reaches?: ReachesRequest | undefined;
  readonly recover?: RecoverRequest | undefined;
  /** An input that callers are shown. */
  readonly example: Readonly<Record<string, unknown>>;
}

/** The part of an answer that callers get. */
export interface KeptAnswer {
  /** Where it stands; the whole answer when absent. */
  readonly at?: string | undefined;
  /** Paths below it, through lists; everything when empty. */
  readonly keep: readonly string[];
}

/** How the next page is asked for. */
export interface NextPage {
  /** The member of the input that takes the cursor. */
  readonly member: string;
  /** Where the answer has it. */
  readonly from: string;
  /** A member that is true as long as there is a next page. */
  readonly while?: string | undefined;
  /** The answer gives an address, and this parameter of it is the cursor. */
  readonly parameter?: string | undefined;
}

/** A request that changes nothing and shows whether an earlier one had its effect. */
export interface RecoverRequest {
  readonly request: string;
  readonly query?: Query | undefined;
  readonly body?: unknown;
  /** Scopes beyond those of the action. */
  readonly scopes: readonly string[];
  /** Where the things, or the one thing, stand in the answer. */
  readonly at: string;
  /** The member of each that holds the mark; without it, that something is there is the proof. */
  readonly mark?: string | undefined;
  /** A member of the answer that says that there is more than was shown. */
  readonly more?: string | undefined;
  readonly settleSeconds: number;
}

export interface ReachesRequest {
  readonly request: string;
  readonly query?: Query | undefined;
  /** Places of addresses in the answer, through lists. */
  readonly at: readonly string[];
}
