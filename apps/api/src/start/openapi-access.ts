import type { CallerType } from '../platform/index.js';

const either = new Intl.ListFormat('en', { type: 'disjunction' });

const CREDENTIALS: Readonly<Record<CallerType, string>> = {
  agent: 'an agent key',
  user: 'a user token',
  operator: 'an operator key or session',
};

interface Access {
  /** Empty: everyone is admitted. */
  readonly callers: readonly CallerType[];
  /** Auditors, operators who may only read, may call it too. */
  readonly letsAuditors: boolean;
  /** It wants a proof of late from a session at the dashboard. */
  readonly stepsUp: boolean;
  readonly records: boolean;
}

/** The callers of a route, and whether it is recorded, in words. */
export function accessInWords({ callers, letsAuditors, stepsUp, records }: Access): string {
  if (callers.length === 0) return 'Needs no credential.';
  const credentials = either.format(callers.map((type) => CREDENTIALS[type]));
  const auditors = letsAuditors
    ? 'Operators of role auditor may call it.'
    : 'Not for operators of role auditor.';
  return [
    `Takes ${credentials}.`,
    ...(callers.includes('operator') ? [auditors] : []),
    ...(callers.includes('operator') && stepsUp
      ? ['A session at the dashboard must have proven its person lately (`step_up_required`).']
      : []),
    ...(records ? ['What it does is recorded in the audit log.'] : []),
  ].join(' ');
}
