import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import {
  chainHash,
  GENESIS,
  keptPart,
  leafHash,
  personalDigest,
  personalPart,
  type ChainedEvent,
} from './leaf.js';

const text = fc.string({ unit: 'binary' }).map((value) => value.toWellFormed());
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const events: fc.Arbitrary<ChainedEvent & { salt: string }> = fc.record({
  seq: fc.bigInt(1n, 2n ** 63n - 1n).map(String),
  id: text,
  at: fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date('9999') })
    .map((date) => date.toISOString()),
  type: text,
  outcome: text,
  actorType: fc.constantFrom('agent', 'user', 'operator', 'system'),
  actorId: maybe(text),
  userId: maybe(text),
  agentId: maybe(text),
  connectionId: maybe(text),
  taskId: maybe(text),
  target: maybe(text),
  action: maybe(text),
  requestId: maybe(text),
  keyId: maybe(text),
  scopes: maybe(fc.array(text)),
  durationMs: maybe(fc.nat()),
  providerStatus: maybe(fc.nat()),
  ip: maybe(text),
  arguments: maybe(fc.dictionary(text, fc.jsonValue())),
  detail: fc.dictionary(text, fc.jsonValue()),
  salt: fc.stringMatching(/^[0-9a-f]{32}$/),
});

describe('the hashed form of an event', () => {
  it('is canonical JSON as the canonicalize package writes it, for every event', () => {
    fc.assert(
      fc.property(events, (event) => {
        const link = { prev: 'cd', seq: event.seq };
        for (const written of [personalPart(event), keptPart(event, 'ab'), keptPart(event, 'ab', link)])
          expect(written).toBe(canonicalize(JSON.parse(written)));
      }),
    );
  });

  it('stands on a package that keeps to the test vectors of RFC 8785', () => {
    const sorted = { '\u20ac': 'Euro Sign', '\r': 'Carriage Return', '\ufb33': 'Hebrew', '1': 'One' };
    expect(canonicalize({ ...sorted, '\ud83d\ude00': 'Smiley', '\u0080': 'Control', '\u00f6': 'O' })).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"O","\u20ac":"Euro Sign","\ud83d\ude00":"Smiley","\ufb33":"Hebrew"}',
    );
    expect(
      canonicalize({
        numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
        string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
        literals: [null, true, false],
      }),
    ).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('changes with every member that has a value', () => {
    fc.assert(
      fc.property(events, fc.nat(), (event, pick) => {
        const names = Object.keys(event).filter((name) => event[name as keyof ChainedEvent] !== undefined);
        const name = names[pick % names.length] as keyof ChainedEvent;
        const value = event[name];
        const changed = { ...event, [name]: typeof value === 'number' ? value + 1 : changedValue(value) };
        expect(chainHashOf(changed)).not.toBe(chainHashOf(event));
        if (name !== 'seq') expect(leafHashOf(changed)).not.toBe(leafHashOf(event));
      }),
    );
  });

  it('lets a personal part go and still has the same hash', () => {
    fc.assert(
      fc.property(events, (event) => {
        const digest = personalDigest(event);
        const { userId: _u, ip: _i, arguments: _a, salt: _s, ...left } = event;
        const actorId = event.actorType === 'user' ? undefined : event.actorId;
        const stub = { ...left, actorId, detail: {} };
        expect(leafHash(stub, digest)).toEqual(leafHash(event, digest));
        expect(chainHash(stub, digest, GENESIS)).toBe(chainHash(event, digest, GENESIS));
      }),
    );
  });

  it('is the one of docs/security.md', () => {
    const event = { seq: '1', id: 'evt_1', at: '2026-11-24T10:00:00.000Z', type: 'access_token.read' };
    const whole = { ...event, outcome: 'succeeded', actorType: 'agent', actorId: 'agt_1', userId: 'ada' };
    const salt = '00112233445566778899aabbccddeeff';
    const personal = createHash('sha256')
      .update('{"detail":{},"salt":"00112233445566778899aabbccddeeff","userId":"ada"}')
      .digest('hex');
    expect(personalDigest({ ...whole, detail: {}, salt })).toBe(personal);
    const members = '{"actor":{"id":"agt_1","type":"agent"},"at":"2026-11-24T10:00:00.000Z","id":"evt_1",';
    expect(leafHash({ ...whole, detail: {}, salt }, personal).toString('hex')).toBe(
      createHash('sha256')
        .update(Buffer.from([0]))
        .update(`${members}"outcome":"succeeded","personal":"${personal}","type":"access_token.read","v":2}`)
        .digest('hex'),
    );
    expect(chainHash({ ...whole, detail: {}, salt }, personal, GENESIS)).toBe(
      createHash('sha256')
        .update(
          `${members}"outcome":"succeeded","personal":"${personal}","prev":"${GENESIS}","seq":"1","type":"access_token.read","v":1}`,
        )
        .digest('hex'),
    );
  });
});

function leafHashOf(event: ChainedEvent & { salt: string }): string {
  return leafHash(event, personalDigest(event)).toString('hex');
}

function chainHashOf(event: ChainedEvent & { salt: string }): string {
  return chainHash(event, personalDigest(event), GENESIS);
}

function changedValue(value: unknown): unknown {
  if (Array.isArray(value)) return [...value, 'x'];
  return typeof value === 'object' ? { ...value, more: 1, other: { ...value } } : `${String(value)}x`;
}
