import { HttpError, type AuthProvider } from 'react-admin';
import type { FactorProof, PasskeySignIn, Session } from '../api-types';
import { httpClient, operatorApi } from './http-client';
import { currentSession, forgetSession, keepSession, mayWrite } from './session';

const sessionUrl = `${operatorApi}/session`;

/**
 * The password, then the second factor where the answer to it is `second_factor_required`; or a passkey that stands for
 * both.
 */
export type SignInStep = { email: string; password: string } | { proof: FactorProof } | PasskeySignIn;

/** The route of a step, and its body. */
const requestOf = (step: SignInStep): [string, object] => {
  if ('proof' in step) return [`${sessionUrl}/second-factor`, step.proof];
  return [`${sessionUrl}${'passkey' in step ? '/passkey' : ''}`, step];
};

const load = async (): Promise<Session> => {
  const known = currentSession();
  if (known) return known;
  const { json } = await httpClient(sessionUrl);
  keepSession(json);
  return json;
};

const isSignedOut = (error: unknown): boolean => error instanceof HttpError && error.status === 401;

const readOnly = new Set(['list', 'show', 'export']);

export const authProvider: AuthProvider = {
  login: async (step: SignInStep) => {
    const [url, body] = requestOf(step);
    const { json } = await httpClient(url, { method: 'POST', body: JSON.stringify(body) });
    keepSession(json);
  },

  logout: async () => {
    if (currentSession()) await httpClient(sessionUrl, { method: 'DELETE' }).catch(() => undefined);
    forgetSession();
  },

  checkAuth: async () => {
    try {
      await load();
    } catch (error) {
      throw { message: isSignedOut(error) || !(error instanceof Error) ? false : error.message };
    }
  },

  checkError: async (error: { status?: number }) => {
    if (error.status !== 401) return;
    // The session is forgotten by `logout`, which follows; react-admin says why only to who was signed in.
    throw { message: 'Your session has ended. Sign in again.' };
  },

  getIdentity: async () => {
    const { operator } = await load();
    return { id: operator.id, fullName: operator.email };
  },

  /** Asked for on every page: failing would send those away who open a link without having an account yet. */
  getPermissions: async () => {
    try {
      return (await load()).operator.role;
    } catch (error) {
      if (isSignedOut(error)) return undefined;
      throw error;
    }
  },

  canAccess: async ({ action }) => {
    await load();
    return readOnly.has(action) || mayWrite();
  },
};
