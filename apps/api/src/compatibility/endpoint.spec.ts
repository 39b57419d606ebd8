import { describe, expect, it } from '@jest/globals';
import { readEndpoint } from './endpoint.js';

const read = (written: string) => readEndpoint(written, 'https://valetkey.example/');

describe('an endpoint', () => {
  it('is a path below the provider, in the encoding in which it was written', () => {
    expect(read('repos/a%2Fb/issues?q=%20x')).toEqual({
      providerId: undefined,
      origin: undefined,
      target: '/repos/a%2Fb/issues?q=%20x',
    });
  });

  it.each(['v1/proxy/github/user?page=2', 'https://valetkey.example/v1/proxy/github/user?page=2'])(
    'may be an address that an answer of ours holds: %s',
    (written) => {
      expect(read(written)).toEqual({ providerId: 'github', origin: undefined, target: '/user?page=2' });
    },
  );

  it('says at which place the app thinks that the API is', () => {
    expect(read('https://API.github.com/user')).toEqual({
      providerId: undefined,
      origin: 'https://api.github.com',
      target: '/user',
    });
    expect(read('http://169.254.169.254')).toMatchObject({ origin: 'http://169.254.169.254', target: '/' });
    expect(read('https://valetkey.example.evil.example/v1/proxy/github/x').origin).toBe(
      'https://valetkey.example.evil.example',
    );
    expect(read('https://valetkey.example@evil.example/x').origin).toBe(
      'https://valetkey.example@evil.example',
    );
  });
});
