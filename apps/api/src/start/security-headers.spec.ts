import { expect, it } from '@jest/globals';
import { securityHeaders } from './security-headers.js';

it('tells browsers to run nothing foreign, to show nothing in frames and to guess no types', () => {
  expect(securityHeaders({ publicUrl: 'http://localhost:3000' })).toMatchObject({
    'content-security-policy': expect.stringContaining("default-src 'self';style-src 'self' 'unsafe-inline'"),
    'x-frame-options': 'SAMEORIGIN',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
});

it('asks for https only where there is https', () => {
  expect(securityHeaders({ publicUrl: 'http://localhost:3000' })).not.toHaveProperty(
    'strict-transport-security',
  );
  expect(securityHeaders({ publicUrl: 'https://vault.example' })).toHaveProperty('strict-transport-security');
});
