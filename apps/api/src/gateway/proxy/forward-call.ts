import { Injectable } from '@nestjs/common';
import { neverSent, ProviderError, type PeekedBody, type Provider } from '@valetkey/providers';
import { CallEvents } from '../../audit/index.js';
import { PoliciesService, type ApprovalNeed } from '../../policies/index.js';
import type { SealedConnection } from '../../connections/index.js';
import { Problem, randomSecret } from '../../platform/index.js';
import { Destinations, type Destination } from './destinations.js';
import type { ForwardAnswer } from './forwarded-answer.js';
import { digestsOf, peek, sendable, type ForwardRequest, type HeldSending } from './forwarded-request.js';
import { policySubject } from './judged-requests.js';
import { ApprovalNeeded } from '../action-run.js';
import { AuditedArguments } from '../audited-arguments.js';
import { MOST_HELD_BYTES, proxyAction, toHeld } from './held-request.js';
import { keptLinkId } from './kept-link.js';
import { providerProblem } from '../provider-problem.js';
import { ProxyConnections } from './proxy-connections.js';
import { SendForwarded, type Forwarded } from './send-forwarded.js';

/** Problems that the user ends by connecting the account again. */
const NO_TOKEN: readonly string[] = ['reauthorization_required', 'token_not_found'];

/**
 * Forwards requests to a provider's API with the user's token added. The token and our own headers never reach the
 * caller.
 */
@Injectable()
export class ForwardCall {
  constructor(
    private readonly policies: PoliciesService,
    private readonly proxyConnections: ProxyConnections,
    private readonly destinations: Destinations,
    private readonly sending: SendForwarded,
    private readonly events: CallEvents,
    private readonly auditedArguments: AuditedArguments,
  ) {}

  /**
   * Forwards one request; the intent is committed before a byte leaves. Responses of any status are returned.
   * @throws Problem 404 `unknown_provider`, 400 `invalid_path`, 403 by policy or `authorization_required`, 409
   * `ambiguous_connection`, 405 `method_not_allowed`, 413 `payload_too_large`, 429 `rate_limited`, 502
   * `response_too_large`, 503 `unavailable`
   */
  async forward(request: ForwardRequest): Promise<ForwardAnswer> {
    let seen: PeekedBody | undefined;
    const peeking = async () => (seen = await peek(request.body));
    const connectorId = (provider: Provider) => this.proxyConnections.connectorId(request, provider);
    const wanted = { ...request, headers: described(request), peek: peeking, connectorId };
    const destination = await this.destinations.of(wanted, request);
    await this.requireAllowed(request, destination, async () => seen ?? peek(request.body));
    const { provider, connectionId } = destination;
    const body = await sendable(request.body, seen);
    return this.audited({ provider, destination, request: { ...request, connectionId }, body });
  }

  /**
   * The policy's yes, or that of a person. An address that the provider has given out is no request that could be shown
   * to one.
   * @throws Problem 403 by policy, 413 `payload_too_large` for what is too long to wait; ApprovalNeeded
   */
  private async requireAllowed(
    request: ForwardRequest,
    destination: Destination,
    look: () => Promise<PeekedBody | undefined>,
  ): Promise<void> {
    const { principal, userId, trace, connectionId, held } = request;
    const question = { principal, userId, effectId: held?.effectId, ...policySubject(destination) };
    // Such an address was counted with the request that got it.
    if (keptLinkId(request.target) !== undefined)
      return this.policies.require({ ...question, used: {} }, trace);
    const need = await this.policies.requireOrApproval(question, trace);
    if (!need || held?.request.permit?.covers(need)) return;
    throw approvalNeeded({ ...request, connectionId }, destination, need, held ? undefined : await look());
  }

  /** Counts a request that is about to be sent. @throws as `requireAllowed`, where others were counted meanwhile */
  private async count({ request, destination, body }: Forwarded): Promise<void> {
    const { principal, userId, trace, held } = request;
    if (keptLinkId(request.target) !== undefined) return;
    const question = { principal, userId, ...policySubject(destination) };
    const effectId = held?.effectId ?? randomSecret(20);
    const covers = (need: ApprovalNeed) => held?.request.permit?.covers(need) ?? false;
    const need = await this.policies.count(question, { effectId, covers }, trace);
    if (!need) return;
    const bytes = body && ('held' in body ? body.held : undefined);
    const seen = body && { bytes: bytes ?? Buffer.alloc(0), isWhole: bytes !== undefined };
    throw approvalNeeded(request, destination, need, seen);
  }

  private async audited(forwarded: Forwarded): Promise<ForwardAnswer> {
    const { provider, request, destination, body } = forwarded;
    const { principal, userId, trace, held } = request;
    const asked = {
      type: 'request.forwarded' as const,
      actor: principal,
      userId,
      agentId: principal.type === 'agent' ? principal.id : undefined,
      action: `${provider.id}.proxy`,
      ...trace,
      ...(held ? await this.approved(held) : {}),
    };
    const { effect } = destination.judged;
    const permit = held?.request.permit;
    const call = {
      method: destination.method,
      path: destination.shownPath,
      effect,
      ...permit?.named,
    };
    const digests = () => (effect === 'read' ? {} : digestsOf(destination.url, body));
    const intent = { ...asked, outcome: 'intended' as const, detail: { ...call, ...digests() } };
    const { connection, eventId } = await this.proxyConnections.intend(provider, request, intent);
    const { id, target, scopes } = connection;
    const event = { ...asked, connectionId: id, target, scopes };
    const startedAt = performance.now();
    let hasLeft = false;
    const ended = (outcome: 'succeeded' | 'failed', more: { status?: number; code?: string }) => {
      const durationMs = Math.round(performance.now() - startedAt);
      const detail = { ...call, ...digests(), intent: eventId, durationMs, ...more };
      this.events.ended({ ...event, outcome, durationMs, providerStatus: more.status, detail });
    };
    try {
      const token = await this.sending.token(connection);
      if (held) await spend(held, connection);
      await this.count(forwarded);
      hasLeft = true;
      const answer = await this.sending.send(forwarded, token);
      ended(answer.status < 400 ? 'succeeded' : 'failed', { status: answer.status });
      return answer;
    } catch (error) {
      const problem = problemOf(error);
      held?.onFailure(hasLeft && mayHaveHappened(error));
      ended('failed', { code: problem.code });
      if (!NO_TOKEN.includes(problem.code)) throw error instanceof ApprovalNeeded ? error : problem;
      throw await this.proxyConnections.authorizationRequired(provider, request, connection);
    }
  }

  /** The members by which the log shows that this is what was approved. */
  private async approved({ request: { taskId, input } }: HeldSending) {
    return { taskId, arguments: await this.auditedArguments.of(input) };
  }
}

/** @throws as `Permit.spend` */
async function spend({ request, effectId }: HeldSending, connection: SealedConnection): Promise<void> {
  const { permit, principal, userId, action, input } = request;
  await permit?.spend({ principal, userId, action, input, connection, effectId });
}

/**
 * The run that waits for a person instead of a request.
 * @throws Problem 413 `payload_too_large` for one that is too long to wait
 */
function approvalNeeded(
  request: ForwardRequest,
  { provider, judged }: Destination,
  need: ApprovalNeed,
  body: PeekedBody | undefined,
): ApprovalNeeded {
  const { principal, userId, connectionId, trace, held } = request;
  if (held) return new ApprovalNeeded(held.request, need);
  if (body && (!body.isWhole || body.bytes.length > MOST_HELD_BYTES))
    throw new Problem('payload_too_large.held', { bytes: MOST_HELD_BYTES });
  const input = toHeld(request, provider, body?.bytes);
  const action = proxyAction(provider, judged.effect);
  return new ApprovalNeeded({ principal, userId, connectionId, trace, action, input, isOther: true }, need);
}

/** Whether the provider may have acted, after an error of the sending. */
function mayHaveHappened(error: unknown): boolean {
  if (error instanceof ProviderError) return error.mayHaveHappened;
  if (error instanceof Problem) return error.status === 502 || error.status === 503;
  return !neverSent.has((error as { code?: string }).code ?? '');
}

/** The headers that describe a body; its type was set aside so that no body parser reads it. */
function described({ headers, body }: ForwardRequest): ForwardRequest['headers'] {
  return { ...headers, 'content-type': body?.contentType };
}

/**
 * An error other than a problem means that no response came; the error itself is dropped, since it may hold the request
 * with its token.
 */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ProviderError) return providerProblem(error);
  if (error instanceof ApprovalNeeded) return error.need.problem;
  const { code, name } = error as { code?: string; name?: string };
  const reason = code ?? name ?? 'unknown';
  return new Problem(neverSent.has(reason) ? 'unavailable.not_sent' : 'unavailable.no_answer', { reason });
}
