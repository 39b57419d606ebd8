import { describe, expect, it } from '@jest/globals';
import { bearerOf } from './bearer.js';

const KEY = 'vk_agent_abc-DEF_123';
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

describe('the credential in Authorization', () => {
  it.each([
    [`Bearer ${KEY}`, KEY],
    [`bearer  ${KEY}`, KEY],
    ['Bearer eyJh.eyJz.c2ln', 'eyJh.eyJz.c2ln'],
    [`token ${KEY}`, KEY],
    [`Token ${KEY}`, KEY],
    [basic(`x-access-token:${KEY}`), KEY],
    [basic(`:${KEY}`), KEY],
    [basic(`octocat:${KEY}`).replace('Basic', 'basic'), KEY],
  ])('%s is read', (authorization, key) => expect(bearerOf(authorization)).toBe(key));

  it.each([
    undefined,
    '',
    'Bearer',
    KEY,
    'token eyJh.eyJz.c2ln',
    'token vk_op_abc',
    basic('root:vk_op_abc'),
    basic('me:eyJh.eyJz.c2ln'),
    basic(`${KEY}:`),
    basic(`me:${KEY}:x`),
    'Basic %%%',
    `Digest ${KEY}`,
    `token ${KEY} ${KEY}`,
  ])('%s is none', (authorization) => expect(bearerOf(authorization)).toBeUndefined());
});
