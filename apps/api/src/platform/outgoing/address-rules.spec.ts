import { describe, expect, it } from '@jest/globals';
import { isLoopbackHost, mayConnect } from './address-rules.js';

const LISTED = new Set(['git.corp.example', '10.1.2.3']);

describe('a loopback host', () => {
  it.each(['localhost', '127.0.0.1', '127.255.1.2', '[::1]'])('is %s', (host) =>
    expect(isLoopbackHost(host)).toBe(true),
  );
  it.each(['localhost.', '128.0.0.1', '0.0.0.0', '[::2]', '127.1.evil.example'])('is not %s', (host) =>
    expect(isLoopbackHost(host)).toBe(false),
  );
});

describe('a name that anybody may own', () => {
  it.each([
    '8.8.8.8',
    '172.15.0.1',
    '172.32.0.1',
    '192.169.0.1',
    '2606:4700::1',
    '64:ff9b::808:808',
    '::ffff:8.8.8.8',
  ])('leads to %s', (address) => expect(mayConnect('api.example', address, LISTED)).toBe(true));

  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '169.254.170.2',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '192.0.0.192',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '100.100.100.200',
    '168.63.129.16',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:169.254.169.254',
    '::ffff:10.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::169.254.169.254',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    'fc00::1',
    'fd00:ec2::254',
    'fd20:ce::254',
    'fe80::1',
    'fe80::1%lo',
    'fec0::1',
    'ff02::1',
    'not-an-address',
    '',
  ])('does not lead to %s', (address) => expect(mayConnect('api.example', address, LISTED)).toBe(false));
});

describe('a host of VALETKEY_PRIVATE_HOSTS', () => {
  it.each([
    '10.0.0.1',
    '100.64.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '127.0.0.1',
    '::1',
    'fd12::1',
    '::ffff:10.0.0.1',
    '8.8.8.8',
  ])('may be at %s', (address) => expect(mayConnect('git.corp.example', address, LISTED)).toBe(true));

  it.each([
    '169.254.169.254',
    '::ffff:169.254.169.254',
    'fe80::1',
    '100.100.100.200',
    'fd00:ec2::254',
    '0.0.0.0',
    '224.0.0.1',
  ])('is never at %s', (address) => expect(mayConnect('git.corp.example', address, LISTED)).toBe(false));

  it('may be an address', () => {
    expect(mayConnect('10.1.2.3', '10.1.2.3', LISTED)).toBe(true);
    expect(mayConnect('10.1.2.4', '10.1.2.4', LISTED)).toBe(false);
  });
});

describe('a host that is written as this machine', () => {
  it.each([
    ['localhost', '127.0.0.1', true],
    ['localhost', '::1', true],
    ['127.0.0.1', '127.0.0.1', true],
    ['::1', '::1', true],
    ['localhost', '10.0.0.1', false],
    ['localhost', '169.254.169.254', false],
    ['localhost.evil.example', '127.0.0.1', false],
  ])('%s at %s: %s', (host, address, expected) => expect(mayConnect(host, address, LISTED)).toBe(expected));
});

it('is this machine only where it is listed, if it is to be no host by itself', () => {
  for (const host of ['localhost', '127.0.0.1'])
    expect(mayConnect(host, '127.0.0.1', LISTED, false)).toBe(false);
  expect(mayConnect('127.0.0.1', '127.0.0.1', new Set(['127.0.0.1']), false)).toBe(true);
  expect(mayConnect('api.example', '8.8.8.8', LISTED, false)).toBe(true);
});
