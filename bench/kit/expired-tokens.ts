import { randomUUID } from 'node:crypto';
import { answerConsent, TWIN_CLIENT_IDS, TWIN_CLIENT_SECRETS } from '@valetkey/twin';
import type { Client } from '../../test/kit/client.js';
import { APP_CALLBACK } from '../../test/kit/twin.js';
import { together } from './together.js';
import type { TwinProcess } from './twin-process.js';

/** The connector whose refresh tokens work once. */
export const ROTATING_TARGET = 'github-app';

/** A stored token that has expired, with a refresh token that the provider will take once. */
export interface ExpiredToken {
  readonly id: string;
  readonly userId: string;
}

/** Makes the provider as strict as they come: refresh tokens work once, and one that comes again ends the grant. */
export async function beStrict(twin: TwinProcess): Promise<void> {
  await twin.control('PATCH', `/clients/${TWIN_CLIENT_IDS.githubApp}`, {
    rotatesRefreshTokens: true,
    reuseRevokesFamily: true,
  });
}

/** From now on the provider takes this long for each refresh. */
export async function thinkFor(twin: TwinProcess, delayMs: number): Promise<void> {
  await twin.control('DELETE', '/faults');
  if (delayMs === 0) return;
  const match = { grantType: 'refresh_token' };
  await twin.control('POST', '/faults', { provider: 'github', fault: 'slow', delayMs, match });
}

/** Obtains grants at the twin and imports them as expired, one user each. */
export function storeExpired(operator: Client, twin: TwinProcess, count: number): Promise<ExpiredToken[]> {
  return together(Array.from({ length: count }), 8, async () => {
    const userId = `storm-${randomUUID()}`;
    const { status, body, text } = await operator.post('/v1/connections', {
      userId,
      target: ROTATING_TARGET,
      account: { id: userId },
      ...(await grantAt(twin)),
      expiresAt: new Date(Date.now() - 60_000).toISOString(),
      scopes: [],
    });
    if (status !== 201) throw new Error(`not imported: ${status} ${text}`);
    return { id: body.id as string, userId };
  });
}

async function grantAt({ url }: TwinProcess): Promise<{ accessToken: string; refreshToken: string }> {
  const request = new URLSearchParams({
    client_id: TWIN_CLIENT_IDS.githubApp,
    redirect_uri: APP_CALLBACK,
    response_type: 'code',
    state: 'bench',
  });
  const callback = new URL(await answerConsent(`${url}/github/login/oauth/authorize?${request}`));
  const answer = await fetch(`${url}/github/login/oauth/access_token`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({
      client_id: TWIN_CLIENT_IDS.githubApp,
      client_secret: TWIN_CLIENT_SECRETS.githubApp,
      redirect_uri: APP_CALLBACK,
      code: callback.searchParams.get('code') ?? '',
    }),
  });
  const { access_token, refresh_token } = (await answer.json()) as Record<string, string>;
  if (!access_token || !refresh_token) throw new Error(`the twin gave no tokens: ${answer.status}`);
  return { accessToken: access_token, refreshToken: refresh_token };
}

/** How many refreshes the provider was asked for since `forgetCalls`. */
export async function refreshCalls(twin: TwinProcess): Promise<number> {
  const { calls } = await twin.control('GET', '/calls?grantType=refresh_token');
  return (calls as unknown[]).length;
}

export async function forgetCalls(twin: TwinProcess): Promise<void> {
  await twin.control('DELETE', '/calls');
}
