import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import {
  CredentialReaders,
  ownCookie,
  Problem,
  sameSecret,
  sha256,
  type Caller,
  type CredentialReader,
} from '../platform/index.js';
import { OperatorKeys } from './keys/operator-keys.js';
import { SecondFactors } from './factors/second-factors.js';
import { csrfTokenOf, OperatorSessions } from './operator-sessions.js';

/** Name of the dashboard's session cookie; on https its prefix comes before it. */
export const SESSION_COOKIE = 'valetkey_session';

/** Header that proves a cookie request comes from our own page. */
export const CSRF_HEADER = 'valetkey-csrf';

/** Header of a request that a page makes by itself while nobody uses it: it does not keep the session open. */
export const UNATTENDED_HEADER = 'valetkey-unattended';

/** Reads operator keys and the dashboard's cookie; a cookie changes nothing without its CSRF header. */
@Injectable()
export class OperatorCredentials implements CredentialReader, OnModuleInit {
  constructor(
    private readonly keys: OperatorKeys,
    private readonly sessions: OperatorSessions,
    private readonly factors: SecondFactors,
    private readonly readers: CredentialReaders,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    this.readers.register(this);
  }

  async read(request: FastifyRequest, bearer: string | undefined): Promise<Caller | undefined> {
    if (bearer !== undefined) return this.keys.authenticate(bearer);
    const cookie =
      request.headers.authorization === undefined
        ? request.cookies[ownCookie(this.settings.publicUrl, SESSION_COOKIE).name]
        : undefined;
    const isUse = request.headers[UNATTENDED_HEADER] === undefined;
    const session = cookie ? await this.sessions.findSession(cookie, isUse) : undefined;
    if (!cookie || !session) return undefined;
    if (!['GET', 'HEAD'].includes(request.method)) requireCsrfToken(request, cookie);
    const { id, role } = session.operator;
    const proof = this.sessions.proofOf(session);
    return {
      type: 'operator',
      id,
      role,
      via: 'session',
      sessionId: session.id,
      proof,
      mustEnrol: await this.factors.mustEnrol(id, session.hasIssuerFactor),
    };
  }
}

function requireCsrfToken(request: FastifyRequest, session: string): void {
  const sent = request.headers[CSRF_HEADER];
  if (typeof sent === 'string' && sameSecret(sha256(sent), sha256(csrfTokenOf(session)))) return;
  throw new Problem('csrf_token_invalid');
}
