import type { OperatorRole } from '../api-types';

export const roleWords: Record<OperatorRole, string> = {
  owner: 'Owner',
  admin: 'Admin',
  auditor: 'Auditor, read only',
};

export const roleHints: Record<OperatorRole, string> = {
  owner: 'Does everything, operators and keys included.',
  admin: 'Sets up agents, policies and connectors, and decides approvals; changes no operator and no key.',
  auditor: 'Looks at everything and changes nothing.',
};
