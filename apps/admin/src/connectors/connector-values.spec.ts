import { connectorChange, emptyConnector, fieldErrors, newConnector } from './connector-values';

const values = {
  ...emptyConnector,
  preset: 'oauth2',
  target: ' acme ',
  clientId: 'client',
  endpoints: { token: 'https://acme.example/token', jwks: '' },
};

describe('what the connector form sends', () => {
  it('leaves out what is empty', () => {
    expect(JSON.parse(JSON.stringify(newConnector(values)))).toEqual({
      preset: 'oauth2',
      target: 'acme',
      clientId: 'client',
      endpoints: { token: 'https://acme.example/token' },
      prompts: [],
      offlineAccess: true,
      storeTokens: true,
    });
  });

  it('tells of scopes and paths what is set, and takes away what was emptied', () => {
    const set = { ...values, scopeSeparator: 'comma' as const, accountPaths: { id: ' data.id ', name: '' } };
    const expected = { scopeSeparator: ',', accountPaths: { id: 'data.id' } };
    expect(newConnector(set)).toMatchObject(expected);
    expect(connectorChange(set)).toMatchObject(expected);
    expect(connectorChange({ ...values, scopeSeparator: 'space' })).toMatchObject({ scopeSeparator: ' ' });
    expect(connectorChange(values)).toMatchObject({ scopeSeparator: null, accountPaths: null });
  });

  it('keeps the stored secret unless another is typed or it is to be removed', () => {
    expect(JSON.stringify(connectorChange(values))).not.toContain('clientSecret');
    expect(connectorChange({ ...values, clientSecret: 'new' })).toMatchObject({ clientSecret: 'new' });
    expect(connectorChange({ ...values, noClientSecret: true })).toMatchObject({ clientSecret: null });
  });
});

describe('errors of the API', () => {
  it('stand at the fields that they are about', () => {
    const errors = [
      { path: 'target', message: 'is taken' },
      { path: 'endpoints.token', message: 'must be an https URL' },
      { path: 'endpoints.issuer', message: 'the preset oidc needs it' },
      { path: 'prompts.0', message: 'is not one' },
    ];
    expect(fieldErrors({ errors })).toEqual({
      target: 'is taken',
      endpoints: { token: 'must be an https URL', issuer: 'the preset oidc needs it' },
      prompts: 'is not one',
    });
  });
});
