import { HttpError, type AuthProvider } from 'react-admin';
import type { Session } from '../api-types';
import { httpClient, operatorApi } from './http-client';
import { currentSession, forgetSession, keepSession, mayWrite } from './session';

const sessionUrl = `${operatorApi}/session`;

const load = async (): Promise<Session> => {
  const known = currentSession();
  if (known) return known;
  const { json } = await httpClient(sessionUrl);
  keepSession(json);
  return json;
};

const readOnly = new Set(['list', 'show', 'export']);

export const authProvider: AuthProvider = {
  login: async ({ email, password }: { email: string; password: string }) => {
    const { json } = await httpClient(sessionUrl, {
      method: 'POST',
      body: JSON.stringify({ email, password }),
    });
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
      const known = error instanceof HttpError && error.status === 401;
      throw { message: known || !(error instanceof Error) ? false : error.message };
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

  getPermissions: async () => (await load()).operator.role,

  canAccess: async ({ action }) => {
    await load();
    return readOnly.has(action) || mayWrite();
  },
};
