import type {
  AddedPasskey,
  CreatedOperatorKey,
  InvitedOperator,
  Operator,
  OperatorSession,
  PasswordLink,
  NewOperatorKey,
  NewPasskey,
  PersonProof,
  RecoveryCodes,
  SecondFactor,
  SettingsKey,
  TotpSecret,
} from '../api-types';
import { httpClient, operatorApi } from './http-client';

const people = (id: string, ...rest: string[]) =>
  [operatorApi, 'operators', encodeURIComponent(id), ...rest].join('/');
const account = (...rest: string[]) => [operatorApi, 'account', ...rest.map(encodeURIComponent)].join('/');

const send = async (method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body?: object) =>
  (await httpClient(url, { method, ...(body && { body: JSON.stringify(body) }) })).json;

/** Calls about operators and the own account. */
export const operatorCommands = {
  /** Not react-admin's `create`: the query cache would keep the link of its response. */
  inviteOperator: (invitation: Pick<Operator, 'email' | 'role'>): Promise<InvitedOperator> =>
    send('POST', `${operatorApi}/operators`, invitation),
  inviteOperatorAgain: (id: string): Promise<InvitedOperator> => send('POST', people(id, 'invitations')),
  changeOperator: (id: string, change: { role?: Operator['role']; disabled?: boolean }): Promise<Operator> =>
    send('PATCH', people(id), change),
  letLinkSingleSignOn: (id: string): Promise<Operator> => send('POST', people(id, 'single-sign-on')),
  removeOperator: (id: string): Promise<void> => send('DELETE', people(id)),
  operatorSessions: async (id: string): Promise<OperatorSession[]> =>
    (await httpClient(people(id, 'sessions'))).json,
  endOperatorSessions: (id: string): Promise<void> => send('DELETE', people(id, 'sessions')),
  /** Not react-admin's `create`: the query cache would keep the key of its response. */
  createOperatorKey: (key: NewOperatorKey): Promise<CreatedOperatorKey> =>
    send('POST', `${operatorApi}/operator-keys`, key),
  revokeOperatorKey: (id: string): Promise<void> =>
    send('DELETE', `${operatorApi}/operator-keys/${encodeURIComponent(id)}`),
  settingsKey: async (): Promise<SettingsKey> => (await httpClient(`${operatorApi}/settings-key`)).json,
  ownSessions: async (): Promise<OperatorSession[]> => (await httpClient(account('sessions'))).json,
  endOwnSession: (id: string): Promise<void> => send('DELETE', account('sessions', id)),
  endOtherSessions: (): Promise<void> => send('DELETE', account('sessions')),
  changePassword: (passwords: { currentPassword: string; newPassword: string }): Promise<void> =>
    send('PUT', account('password'), passwords),
  secondFactor: async (): Promise<SecondFactor> => (await httpClient(account('second-factor'))).json,
  beginTotp: (): Promise<TotpSecret> => send('POST', account('totp')),
  confirmTotp: (code: string): Promise<RecoveryCodes> => send('PUT', account('totp'), { code }),
  removeTotp: (): Promise<void> => send('DELETE', account('totp')),
  renewRecoveryCodes: (): Promise<RecoveryCodes> => send('POST', account('recovery-codes')),
  addPasskey: (passkey: NewPasskey): Promise<AddedPasskey> => send('POST', account('passkeys'), passkey),
  renamePasskey: (id: string, name: string): Promise<void> =>
    send('PATCH', account('passkeys', id), { name }),
  removePasskey: (id: string): Promise<void> => send('DELETE', account('passkeys', id)),
  reauthenticate: (proof: PersonProof): Promise<void> => send('POST', `${operatorApi}/session/proof`, proof),
  passwordLink: (token: string): Promise<PasswordLink> =>
    send('POST', `${operatorApi}/password-link`, { token }),
  setPasswordByLink: (token: string, password: string): Promise<void> =>
    send('PUT', `${operatorApi}/password-link`, { token, password }),
};
