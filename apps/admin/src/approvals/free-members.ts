import type { StandingApproval } from '../api-types';

/** The members that may differ, in words; `''` where every one is fixed. */
export const freeMembers = ({ vary, atMost, path }: StandingApproval['pins']) =>
  [
    ...(path === undefined ? [] : [`path like ${path}`]),
    ...vary,
    ...Object.entries(atMost).map(([name, most]) => `${name} (up to ${most})`),
  ].join(', ');
