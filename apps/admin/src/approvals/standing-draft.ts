import type { Approval, ApprovalDecision } from '../api-types';

/** How later calls may run, as it is chosen; no time: they ask each time. */
export interface StandingDraft {
  validFor: number;
  uses: number;
  vary: string[];
  path: string;
}

export const askEachTime: StandingDraft = { validFor: 0, uses: 10, vary: [], path: '' };

const proxiedMembers = ['headers', 'contentType', 'body', 'encoding'];

const isProxied = ({ action }: Approval) => action.endsWith('.proxy');

/** The arguments that can be allowed to differ. */
export const membersOf = (approval: Approval) => {
  const names = Object.keys((approval.arguments ?? {}) as object).filter((name) =>
    /^[A-Za-z_][\w-]*$/.test(name),
  );
  return isProxied(approval) ? names.filter((name) => proxiedMembers.includes(name)) : names;
};

/** Of a request of the proxy. */
export const pathOf = (approval: Approval) =>
  isProxied(approval) ? ((approval.arguments as { target?: string }).target ?? '').split('?')[0] : undefined;

type Standing = Extract<ApprovalDecision, { decision: 'approve' }>['standing'];

/** The choice in the API's words. */
export const standingOf = ({ validFor, uses, vary, path }: StandingDraft): { standing?: Standing } =>
  validFor === 0
    ? {}
    : { standing: { validFor, uses, pins: { vary, atMost: {}, ...(path.includes('{') ? { path } : {}) } } };
