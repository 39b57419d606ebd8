import { describe, expect, it } from '@jest/globals';
import { loadSettings, SettingsError } from './settings.js';

describe('the settings of single sign-on', () => {
  const set = (more: Readonly<Record<string, string>> = {}) => ({
    VALETKEY_OPERATOR_OIDC_ISSUER: 'https://id.example.com/realms/ops',
    VALETKEY_OPERATOR_OIDC_CLIENT_ID: 'valetkey',
    VALETKEY_OPERATOR_OIDC_CLIENT_SECRET: 'hush-hush',
    VALETKEY_OPERATOR_OIDC_ROLES: 'valetkey-owners=owner, staff=auditor',
    ...more,
  });

  it('are an issuer, our client at it, and who gets which role', () => {
    const { singleSignOn, passwords } = loadSettings(set());
    expect(passwords).toBe(true);
    expect(singleSignOn).toEqual({
      issuer: 'https://id.example.com/realms/ops',
      clientId: 'valetkey',
      clientSecret: 'hush-hush',
      scopes: 'openid email',
      roleClaim: 'groups',
      roles: [
        { value: 'valetkey-owners', role: 'owner' },
        { value: 'staff', role: 'auditor' },
      ],
      name: 'id.example.com',
    });
    expect(loadSettings({}).singleSignOn).toBeUndefined();
  });

  it('understand names of groups with commas and equals signs', () => {
    const roles = 'cn=keys,ou=ops,dc=example=owner,cn=staff,dc=example=auditor';
    expect(loadSettings(set({ VALETKEY_OPERATOR_OIDC_ROLES: roles })).singleSignOn?.roles).toEqual([
      { value: 'cn=keys,ou=ops,dc=example', role: 'owner' },
      { value: 'cn=staff,dc=example', role: 'auditor' },
    ]);
  });

  it('always ask for an ID token, and switch passwords off', () => {
    const { singleSignOn, passwords } = loadSettings(
      set({ VALETKEY_OPERATOR_OIDC_SCOPES: 'email groups', VALETKEY_OPERATOR_PASSWORDS: 'off' }),
    );
    expect(singleSignOn?.scopes).toBe('openid email groups');
    expect(passwords).toBe(false);
  });

  it('call an issuer by one name, with a slash at its end and without', () => {
    const env = set({ VALETKEY_OPERATOR_OIDC_ISSUER: 'https://id.example.com/' });
    expect(loadSettings(env).singleSignOn?.issuer).toBe('https://id.example.com');
  });

  it.each([
    ['without a client', { VALETKEY_OPERATOR_OIDC_CLIENT_ID: '' }, 'CLIENT_ID'],
    ['without roles', { VALETKEY_OPERATOR_OIDC_ROLES: '' }, 'ROLES'],
    ['with roles that there are not', { VALETKEY_OPERATOR_OIDC_ROLES: 'staff=boss' }, 'ROLES'],
    ['with half an entry', { VALETKEY_OPERATOR_OIDC_ROLES: 'staff=admin,owner' }, 'ROLES'],
    ['with a value twice', { VALETKEY_OPERATOR_OIDC_ROLES: 'a=admin,a=owner' }, 'ROLES'],
    ['without a value', { VALETKEY_OPERATOR_OIDC_ROLES: ' =owner' }, 'ROLES'],
    ['over plain http', { VALETKEY_OPERATOR_OIDC_ISSUER: 'http://id.example.com' }, 'ISSUER'],
    ['without an issuer', { VALETKEY_OPERATOR_OIDC_ISSUER: '' }, 'ISSUER'],
    [
      'with passwords off and nothing in their place',
      {
        VALETKEY_OPERATOR_OIDC_ISSUER: '',
        VALETKEY_OPERATOR_OIDC_CLIENT_ID: '',
        VALETKEY_OPERATOR_OIDC_ROLES: '',
        VALETKEY_OPERATOR_PASSWORDS: 'off',
      },
      'VALETKEY_OPERATOR_PASSWORDS',
    ],
  ])('are refused %s, and the secret is not repeated', (_, env, name) => {
    expect(() => loadSettings(set(env))).toThrow(SettingsError);
    expect(() => loadSettings(set(env))).toThrow(name);
    expect(() => loadSettings(set(env))).not.toThrow('hush');
  });
});
