import { acceptsRedirectUri, ANY_LOOPBACK } from './clients.js';
import type { OAuthClient } from './records.js';

const client = (...redirectUris: string[]) => ({ redirectUris }) as unknown as OAuthClient;

describe('a redirect URI', () => {
  it('is accepted letter for letter only', () => {
    const strict = client('http://localhost:3000/callback');
    expect(acceptsRedirectUri(strict, 'http://localhost:3000/callback')).toBe(true);
    expect(acceptsRedirectUri(strict, 'http://localhost:3001/callback')).toBe(false);
    expect(acceptsRedirectUri(strict, undefined)).toBe(false);
  });

  it.each([
    ['http://localhost:8080/callback', true],
    ['http://127.0.0.1:9/x', true],
    ['http://[::1]:9/x', true],
    ['https://app.example/callback', false],
    ['http://localhost.example/callback', false],
    ['com.example:/callback', false],
  ])('of a client registered for loopback: %s is %s', (uri, accepted) => {
    expect(acceptsRedirectUri(client(ANY_LOOPBACK), uri)).toBe(accepted);
  });
});
