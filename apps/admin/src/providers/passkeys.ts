import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser';
import { httpClient, operatorApi } from './http-client';

/** Whether this browser knows passkeys; on http they work on localhost only. */
export const knowsPasskeys = browserSupportsWebAuthn;

/** Browsers say only that something was not allowed: the person did not want to, or let the time pass. */
const ceremony = async <T>(run: () => Promise<T>): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === 'InvalidStateError')
      throw new Error('This device has a passkey of your account already.', { cause: error });
    if (error.name === 'NotAllowedError')
      throw new Error('No passkey was used: it was canceled, took too long, or there is none here.', {
        cause: error,
      });
    throw error;
  }
};

const challenge = async (path: string) =>
  (await httpClient(`${operatorApi}/${path}/challenges`, { method: 'POST' })).json;

/** Has the person use a passkey, at the sign-in or as a proof. */
export const answerWithPasskey = async (step: 'passkey' | 'second-factor' | 'proof') => {
  const optionsJSON = await challenge(`session/${step}`);
  return ceremony(() => startAuthentication({ optionsJSON }));
};

/** Has the person make a passkey. */
export const makePasskey = async () => {
  const optionsJSON = await challenge('account/passkeys');
  return ceremony(() => startRegistration({ optionsJSON }));
};
