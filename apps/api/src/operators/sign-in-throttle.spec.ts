import { describe, expect, it } from '@jest/globals';
import { SignInThrottle } from './sign-in-throttle.js';

const WINDOW_MS = 15 * 60_000;

function failing(times: number, keys: string[], at = 0): SignInThrottle {
  const throttle = new SignInThrottle();
  for (let n = 0; n < times; n++) throttle.failed(keys, at);
  return throttle;
}

describe('the throttle of sign-ins', () => {
  it('lets nine failures pass and puts off after the tenth', () => {
    expect(failing(9, ['ip 1']).waitMs(['ip 1'], 1)).toBe(0);
    expect(failing(10, ['ip 1']).waitMs(['ip 1'], 1)).toBe(WINDOW_MS - 1);
  });

  it('counts an account over all addresses and an address over all accounts', () => {
    const throttle = failing(10, ['ip 1', 'email ada']);
    expect(throttle.waitMs(['ip 2', 'email ada'], 0)).toBe(WINDOW_MS);
    expect(throttle.waitMs(['ip 1', 'email alan'], 0)).toBe(WINDOW_MS);
    expect(throttle.waitMs(['ip 2', 'email alan'], 0)).toBe(0);
  });

  it('forgets when the window is over, and when somebody has signed in', () => {
    const throttle = failing(10, ['ip 1']);
    expect(throttle.waitMs(['ip 1'], WINDOW_MS)).toBe(0);
    throttle.succeeded(['ip 1']);
    expect(throttle.waitMs(['ip 1'], 1)).toBe(0);
  });

  it('starts counting anew after the window', () => {
    const throttle = failing(9, ['ip 1']);
    throttle.failed(['ip 1'], WINDOW_MS);
    expect(throttle.waitMs(['ip 1'], WINDOW_MS)).toBe(0);
  });
});
