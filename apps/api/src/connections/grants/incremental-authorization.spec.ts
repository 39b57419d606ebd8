import { describe, expect, it } from '@jest/globals';
import { connectorPresets } from '@valetkey/providers';
import type { Connector } from '../../connectors/index.js';
import { droppedScopes } from './incremental-authorization.js';

const connectorOf = (preset: 'google' | 'github'): Connector => ({
  id: 'ctr_1',
  target: preset,
  preset: connectorPresets[preset],
  displayName: preset,
  clientId: 'c',
  endpointOverrides: {},
  options: { storeTokens: true, prompts: [], offlineAccess: true },
  source: 'file',
});
const google = connectorOf('google');
const scope = (name: string) => `https://www.googleapis.com/auth/${name}`;

const asked = (sent: string[], granted: string[]) => ({ sent, granted });

describe('scopes that a provider dropped', () => {
  it('are those that it held, was not asked for again, and left out', () => {
    const answer = asked(['openid', 'email', scope('gmail.send')], ['openid', scope('gmail.send')]);
    expect(droppedScopes(google, ['openid', 'email', scope('calendar')], answer)).toEqual([
      scope('calendar'),
    ]);
  });

  it('are none when the answer holds them, be it by a wider scope or under another name', () => {
    const held = ['email', scope('calendar.readonly')];
    const granted = [scope('userinfo.email'), scope('calendar'), scope('gmail.send')];
    expect(droppedScopes(google, held, asked([scope('gmail.send')], granted))).toEqual([]);
  });

  it('are not those that were asked for and that the user did not allow', () => {
    const sent = ['read:user', 'repo', 'gist'];
    expect(droppedScopes(connectorOf('github'), ['repo'], asked(sent, ['gist']))).toEqual([]);
  });

  it('are not those that we ask for on our own account', () => {
    expect(droppedScopes(google, ['openid', 'email'], asked([], []))).toEqual([]);
  });
});
