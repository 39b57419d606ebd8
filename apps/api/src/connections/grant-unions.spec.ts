import { describe, expect, it } from '@jest/globals';
import { connectorPresets } from '@valetkey/providers';
import type { Connector } from '../connectors/index.js';
import { GrantUnions } from './grant-unions.js';

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

describe('the union of old and new scopes', () => {
  it('is asked for by us where the provider never adds up', () => {
    expect(new GrantUnions().isOurs(connectorOf('github'), undefined)).toBe(true);
  });

  it('is left to a provider that adds up', () => {
    const unions = new GrantUnions();
    unions.note('con_1', google, [scope('calendar')], [scope('calendar'), scope('gmail.send')]);
    unions.note(
      'con_1',
      google,
      ['email', scope('calendar.readonly')],
      [scope('userinfo.email'), scope('calendar')],
    );
    expect(unions.isOurs(google, 'con_1')).toBe(false);
    expect(unions.isOurs(google, undefined)).toBe(false);
  });

  it('is asked for by us for a connection that lost scopes in an upgrade, and for no other', () => {
    const unions = new GrantUnions();
    unions.note('con_1', google, [scope('calendar')], [scope('gmail.send')]);
    expect(unions.isOurs(google, 'con_1')).toBe(true);
    expect(unions.isOurs(google, 'con_2')).toBe(false);
  });
});
