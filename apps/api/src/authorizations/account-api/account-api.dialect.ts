import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  ProblemFilter,
  type ProblemAnswer,
  type ProblemCode,
  type ProblemDialect,
} from '../../platform/index.js';

const TOKEN_SET = 'secrets.third_party_token_set';
const RECORD = 'verification_record';

/** Our code → the code that clients of Logto's Account API know; where Logto folds failures into one, a code of its own. */
const CODES: Readonly<Partial<Record<ProblemCode, string>>> = {
  authentication_required: 'auth.authorization_header_missing',
  invalid_credential: 'auth.unauthorized',
  wrong_credential_kind: 'auth.forbidden',
  invalid_input: 'guard.invalid_input',
  invalid_scope: 'guard.invalid_scope',
  invalid_connector: 'session.invalid_connector_id',
  redirect_uri_not_allowed: 'connector.redirect_uri_not_allowed',
  authorization_failed: 'connector.general',
  authorization_denied: 'connector.authorization_denied',
  issuer_mismatch: 'connector.issuer_mismatch',
  connector_misconfigured: 'connector.misconfigured',
  provider_unavailable: 'connector.unavailable',
  connector_disabled: 'connector.disabled',
  token_storage_disabled: 'connector.token_storage_disabled',
  verification_not_found: `${RECORD}.not_found`,
  verification_user_mismatch: `${RECORD}.user_mismatch`,
  scope_refused: 'connector.scope_refused',
  interaction_required: 'connector.interaction_required',
  account_mismatch: 'connector.account_mismatch',
  verification_in_progress: `${RECORD}.in_progress`,
  verification_already_used: `${RECORD}.already_used`,
  verification_expired: `${RECORD}.expired`,
  verification_not_verified: `${RECORD}.not_verified`,
  verification_connector_mismatch: `${RECORD}.connector_mismatch`,
  state_mismatch: `${RECORD}.state_mismatch`,
  redirect_uri_mismatch: `${RECORD}.redirect_uri_mismatch`,
  token_not_found: `${TOKEN_SET}.token_not_found`,
  reauthorization_required: `${TOKEN_SET}.reauthorization_required`,
  raw_tokens_denied: `${TOKEN_SET}.raw_tokens_denied`,
  ambiguous_connection: `${TOKEN_SET}.ambiguous_connection`,
};

/** The code by which the Account API names one of our problems. */
export function accountApiCode(code: string): string {
  return CODES[code as ProblemCode] ?? code;
}

/** Problems of the Account API carry Logto's `code` and `message` beside the problem-details members. */
@Injectable()
export class AccountApiDialect implements ProblemDialect, OnModuleInit {
  readonly prefixes = ['/api/', '/my-account/'];

  constructor(private readonly filter: ProblemFilter) {}

  onModuleInit(): void {
    this.filter.addDialect(this);
  }

  translate(problem: ProblemAnswer): ProblemAnswer {
    const { code, detail, extensions } = problem;
    return { ...problem, code: accountApiCode(code), extensions: { ...extensions, message: detail } };
  }
}
