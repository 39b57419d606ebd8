import type { SignInOptions } from '../api-types';
import { httpClient, operatorApi } from './http-client';

/** The page to come back to, kept while the browser is at the issuer. It holds no name of a person, and no secret. */
const PLACE = 'valetkey.place';

/** Between the tab in which the issuer has asked and the one that waits for it. */
const channelName = 'valetkey.proof';

export const signInOptions = async (): Promise<SignInOptions> =>
  (await httpClient(`${operatorApi}/session/options`)).json;

/** Leaves for the issuer. @param place the page of the dashboard that was wanted */
export const leaveForIssuer = async (place: string | undefined): Promise<void> => {
  const { json } = await httpClient(`${operatorApi}/session/sso`, { method: 'POST' });
  if (place) sessionStorage.setItem(PLACE, place);
  else sessionStorage.removeItem(PLACE);
  window.location.assign(json.authorizationUri);
};

/** The page that was wanted before the browser left for the issuer. */
export const placeBefore = (): string => {
  const place = sessionStorage.getItem(PLACE) ?? '/';
  sessionStorage.removeItem(PLACE);
  return /^\/(?![/\\])/.test(place) ? place : '/';
};

/** The address at which the issuer asks the person of this session again. */
export const proofAddress = async (): Promise<string> =>
  (await httpClient(`${operatorApi}/session/proof/sso`, { method: 'POST' })).json.authorizationUri;

export const tellProof = (outcome: string): void => {
  const channel = new BroadcastChannel(channelName);
  channel.postMessage(outcome);
  channel.close();
};

/** Hears of the proof that another tab has brought. @returns what ends it */
export const hearProof = (heard: (outcome: string) => void): (() => void) => {
  const channel = new BroadcastChannel(channelName);
  channel.onmessage = ({ data }) => heard(String(data));
  return () => channel.close();
};
