import canonicalize from 'canonicalize';
import type { Pins } from '../gateway/index.js';
import type { ApprovalNeed, Principal } from '../policies/index.js';
import { sha256, type CallerOf } from '../platform/index.js';
import { valueAt, without } from './argument-paths.js';

export const APPROVAL_STATUSES = [
  'pending',
  'approved',
  'denied',
  'expired',
  'withdrawn',
  'used',
  'void',
] as const;

/**
 * `used`: no use is left. `withdrawn`: what asked for it was called off. `void`: what was to be sent was no longer what
 * was approved.
 */
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

/** The bounds of an approval: the request says how much it asks for, a decision can only narrow it. */
export interface ApprovalBounds {
  readonly pins: Pins;
  readonly uses: number;
  readonly expiresAt: Date;
}

/** A person who may decide. */
export type Approver = CallerOf<'operator' | 'user'>;

/** A person who agreed. */
export interface Agreement {
  readonly type: 'operator' | 'user';
  readonly id: string;
  /** When, as an ISO time. */
  readonly at: string;
}

export interface Approval extends ApprovalBounds {
  readonly id: string;
  readonly taskId: string;
  /** Of the task; one use is kept for it. */
  readonly effectId: string;
  readonly userId: string;
  readonly callerType: Principal['type'];
  readonly callerId: string;
  /** Id of the action. */
  readonly action: string;
  readonly connectionId: string;
  readonly accountId: string;
  readonly accountName: string;
  readonly arguments: unknown;
  readonly hash: Uint8Array;
  /** That of the arguments as they were asked for; an edit makes it differ from `hash`. */
  readonly requestedHash: Uint8Array;
  readonly pinnedHash: Uint8Array;
  readonly usedEffects: readonly string[];
  readonly basis: readonly string[];
  readonly policies: readonly string[];
  readonly approvers: ApprovalNeed['approvers'];
  /** How many different people have to agree. */
  readonly needed: number;
  /** Those who have, the first in front. */
  readonly agreed: readonly Agreement[];
  /** The reason that the agent gives. */
  readonly ask?: string | undefined;
  readonly status: ApprovalStatus;
  readonly reason?: string | undefined;
  readonly decidedBy?: { readonly type: 'operator' | 'user'; readonly id: string } | undefined;
  readonly decidedAt?: Date | undefined;
  /** Members of the arguments that the approver changed. */
  readonly changed: readonly string[];
  readonly lastUsedAt?: Date | undefined;
  readonly createdAt: Date;
}

/** SHA-256 over an action and its arguments as canonical JSON (RFC 8785): equal whatever the order of members. */
export function argumentsHash(action: string, input: unknown): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(sha256(canonicalize({ action, input }) ?? ''));
}

/** The same over the members that are fixed. */
export function pinnedHash(action: string, input: unknown, { vary, atMost }: Pins): Uint8Array<ArrayBuffer> {
  return argumentsHash(action, without(input, [...vary, ...Object.keys(atMost)]));
}

/** Whether the members that have a limit are numbers within it. */
export function isWithinLimits(input: unknown, { atMost }: Pins): boolean {
  return Object.entries(atMost).every(([path, most]) => {
    const value = valueAt(input, path);
    return typeof value === 'number' && value >= 0 && value <= most;
  });
}

/**
 * Why a decision would allow more than was asked for, as the name of the member that does; `undefined` when it does
 * not.
 */
export function widening(asked: ApprovalBounds, wanted: ApprovalBounds): string | undefined {
  if (wanted.uses > asked.uses) return 'uses';
  if (wanted.expiresAt.getTime() > asked.expiresAt.getTime()) return 'expiresIn';
  const mayVary = new Set(asked.pins.vary);
  const freed = wanted.pins.vary.find((path) => !mayVary.has(path));
  if (freed !== undefined) return `pins.vary: ${freed}`;
  const raised = Object.entries(wanted.pins.atMost).find(
    ([path, most]) => !mayVary.has(path) && !(most <= (asked.pins.atMost[path] ?? -1)),
  );
  return raised && `pins.atMost: ${raised[0]}`;
}

/** Uses that calls of their own can still spend: one is kept for the task that asked. */
export function freeUses({ uses, usedEffects, effectId }: Approval): number {
  return uses - 1 - usedEffects.filter((effect) => effect !== effectId).length;
}
