import { z } from 'zod';
import { pinsSchema, proxiedProvider, type CheckedRequest } from '../../gateway/index.js';
import { Problem } from '../../platform/index.js';
import type { ApprovalNeed, Principal } from '../../policies/index.js';
import { argumentsHash, isWithinLimits, type Approval } from '../approval.js';
import { without } from '../argument-paths.js';
import { isPathTemplate, queryWithin } from './path-template.js';

export const STANDING_STATUSES = ['active', 'used', 'expired', 'ended'] as const;

/** `used`: no use is left. `ended`: taken back, or ended with the agent, its key or the connection. */
export type StandingStatus = (typeof STANDING_STATUSES)[number];

export const END_REASONS = [
  'taken_back',
  'agent_disabled',
  'agent_key_revoked',
  'session_ended',
  'disconnected',
  'expired',
] as const;
export type EndReason = (typeof END_REASONS)[number];

const LONGEST_S = 30 * 86_400;
const MOST_USES = 1_000;

/** Members of a proxied request that say where it goes: only a path template lets them differ. */
const ADDRESS = ['method', 'base', 'target'];

const standingPins = pinsSchema.extend({
  path: z
    .string()
    .refine(isPathTemplate, 'must be a path with whole segments in braces and at least one without')
    .optional()
    .describe('Of a request of the proxy: the paths that it may have.')
    .meta({ example: '/repos/acme/site/issues/{number}' }),
});

/** The members that are fixed: all but those that `vary`, have a limit in `atMost`, or a path that fits `path`. */
export type StandingPins = z.output<typeof standingPins>;

/** The choice of an approver, at a decision. */
export const standingChoice = z
  .strictObject({
    validFor: z.int().min(60).max(LONGEST_S).describe('Seconds from now, 30 days at most.'),
    uses: z.int().min(1).max(MOST_USES).describe('How many calls beyond this one.'),
    pins: standingPins.default({ vary: [], atMost: {} }),
  })
  .describe(
    'Lets later calls like this one run without asking. Made by approvers alone; an agent cannot ask for it.',
  );
export type StandingChoice = z.output<typeof standingChoice>;

/** Calls that a person lets an agent make again without asking. */
export interface StandingApproval {
  readonly id: string;
  readonly approvalId: string;
  readonly userId: string;
  readonly callerType: Principal['type'];
  readonly callerId: string;
  readonly keyId?: string | undefined;
  readonly action: string;
  readonly effect: string;
  readonly connectionId: string;
  readonly accountId: string;
  readonly accountName: string;
  /** As they were shown to the approver. */
  readonly arguments: unknown;
  readonly hash: Uint8Array;
  readonly pinnedHash: Uint8Array;
  readonly pins: StandingPins;
  readonly basis: readonly string[];
  readonly policies: readonly string[];
  readonly uses: number;
  readonly usesLeft: number;
  readonly status: StandingStatus;
  readonly madeBy: { readonly type: 'operator' | 'user'; readonly id: string };
  readonly endReason?: EndReason | undefined;
  readonly endedAt?: Date | undefined;
  readonly lastUsedAt?: Date | undefined;
  readonly createdAt: Date;
  readonly validUntil: Date;
}

export type NewStandingApproval = Omit<
  StandingApproval,
  'keyId' | 'status' | 'usesLeft' | 'endReason' | 'endedAt' | 'lastUsedAt' | 'createdAt'
>;

interface Call {
  readonly action: Pick<CheckedRequest['action'], 'id' | 'effect'>;
  readonly input: unknown;
}

/** SHA-256 over the fixed members of a call; `undefined` when its path does not fit. */
export function standingHash(
  { action, input }: Call,
  { vary, atMost, path }: StandingPins,
): Uint8Array<ArrayBuffer> | undefined {
  const fixed = without(input, [...vary, ...Object.keys(atMost)]);
  const name = `${action.id} ${action.effect}`;
  if (path === undefined) return argumentsHash(name, fixed);
  const { target, ...rest } = fixed as Record<string, unknown>;
  const query = typeof target === 'string' ? queryWithin(target, path) : undefined;
  return query === undefined ? undefined : argumentsHash(name, { ...rest, path, query });
}

/** The part of a new one that follows from the arguments. @throws Problem 400 for pins that do not fit what was shown */
export function pinned(
  { action, input }: Call,
  { pins }: StandingChoice,
): Pick<NewStandingApproval, 'effect' | 'pins' | 'pinnedHash'> {
  if (!isWithinLimits(input, pins)) throw new Problem('invalid_input.standing_limits');
  const isProxied = proxiedProvider(action.id) !== undefined;
  const isFree = isProxied && pins.vary.some((member) => ADDRESS.includes(member));
  const fixed =
    isFree || (pins.path !== undefined && !isProxied) ? undefined : standingHash({ action, input }, pins);
  if (!fixed) throw new Problem('invalid_input.standing_path');
  return { effect: action.effect, pins, pinnedHash: fixed };
}

/** Whether it was given for all the rules that ask, for this caller and user, and for what this call has fixed. */
export function isCovered(
  standing: StandingApproval,
  { principal, userId, action, input }: CheckedRequest,
  need: ApprovalNeed,
): boolean {
  const shown = argumentsHash(standing.action, standing.arguments);
  const sent = standingHash({ action, input }, standing.pins);
  return (
    standing.callerType === principal.type &&
    standing.callerId === principal.id &&
    standing.userId === userId &&
    standing.action === action.id &&
    standing.effect === action.effect &&
    need.basis.every((rule) => standing.basis.includes(rule)) &&
    Buffer.from(shown).equals(standing.hash) &&
    sent !== undefined &&
    Buffer.from(sent).equals(standing.pinnedHash) &&
    isWithinLimits(input, standing.pins)
  );
}

/** The members of an approval that a standing one has from it. */
export function inherited(approval: Approval) {
  const { id: approvalId, userId, callerType, callerId, action, connectionId, accountId } = approval;
  const { accountName, arguments: shown, hash, basis, policies } = approval;
  return {
    approvalId,
    userId,
    callerType,
    callerId,
    action,
    connectionId,
    accountId,
    accountName,
    arguments: shown,
    hash,
    basis,
    policies,
  };
}
