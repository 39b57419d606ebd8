import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { TrustedKeys } from '../statements/signed.js';
import { erased, FIRST, keys, noteOf, rangeOf, ROWS, written, type Row } from '../testing/sample-log.js';
import { nodeHash, type Hash } from '../tree/hashes.js';
import { consistencyProof, inclusionProof } from '../tree/proofs.js';
import { leafText, type EventProof } from './event-proof.js';
import type { GrowthProof } from './growth-proof.js';
import { verifyProof } from './verify-proof.js';

const leaves = written.slice(FIRST - 1).map(({ hash }) => Buffer.from(hash, 'hex'));
const SIZE = ROWS - FIRST + 1;

async function subtree(start: number, level: number): Promise<Hash> {
  if (level === 0) return leaves[start] as Hash;
  const half = 2 ** (level - 1);
  return nodeHash(await subtree(start, level - 1), await subtree(start + half, level - 1));
}

const head = (size: number, signer: 'ours' | 'foreign' = 'ours') =>
  noteOf(size, rangeOf(written.slice(0, FIRST - 1 + size)).root(), signer);

async function proofOf(index: number, row = written[FIRST - 1 + index] as Row): Promise<EventProof> {
  const { seq: _seq, hash: _hash, ...event } = row;
  const hashes = await inclusionProof(subtree, index, SIZE);
  return {
    event,
    leaf: leafText(event),
    inclusion: { leafIndex: index, treeSize: SIZE, hashes: hashes.map((hash) => hash.toString('hex')) },
    checkpoint: head(SIZE),
  };
}

const judged = (proof: unknown, trusted = keys) => verifyProof(JSON.stringify(proof), trusted);

describe('the proof of an event', () => {
  it('holds for each leaf of a tree of any shape', async () => {
    for (let index = 0; index < SIZE; index += 7) {
      const { holds, text } = judged(await proofOf(index));
      expect([index, holds, text]).toEqual([
        index,
        true,
        expect.stringContaining(`leaf ${index} of ${SIZE}`),
      ]);
    }
  });

  it('holds without the personal part, and says so', async () => {
    const row = erased(written[FIRST + 40] as Row);
    expect(judged(await proofOf(41, row))).toEqual({
      holds: true,
      text: expect.stringContaining('only the digest is proven'),
    });
  });

  const changes: readonly (readonly [string, (proof: EventProof) => unknown])[] = [
    ['another outcome', (proof) => ({ ...proof, event: { ...proof.event, outcome: 'denied' } })],
    [
      'another outcome, in the leaf as well',
      (proof) => {
        const event = { ...proof.event, outcome: 'denied' };
        return { ...proof, event, leaf: leafText(event) };
      },
    ],
    ['another user', (proof) => ({ ...proof, event: { ...proof.event, userId: 'mallory' } })],
    [
      'a part of the personal part',
      (proof) => ({ ...proof, event: { ...proof.event, salt: undefined, detail: {} } }),
    ],
    ['a member that no hash covers', (proof) => ({ ...proof, event: { ...proof.event, verdict: 'fine' } })],
    ['another place', (proof) => ({ ...proof, inclusion: { ...proof.inclusion, leafIndex: 42 } })],
    ['another size', (proof) => ({ ...proof, inclusion: { ...proof.inclusion, treeSize: SIZE + 1 } })],
    [
      'a hash less',
      (proof) => ({ ...proof, inclusion: { ...proof.inclusion, hashes: proof.inclusion.hashes.slice(1) } }),
    ],
    [
      'thousands of hashes',
      (proof) => ({
        ...proof,
        inclusion: { ...proof.inclusion, hashes: Array.from({ length: 5000 }, () => 'a'.repeat(64)) },
      }),
    ],
    ['the checkpoint of another key', (proof) => ({ ...proof, checkpoint: head(SIZE, 'foreign') })],
    [
      'the checkpoint of another tree',
      (proof) => ({ ...proof, checkpoint: noteOf(SIZE, leaves[0] as Hash) }),
    ],
    ['no checkpoint', ({ checkpoint: _, ...proof }) => proof],
    ['no event', ({ event: _, ...proof }) => proof],
  ];
  it.each(changes)('does not hold with %s', async (_, change) => {
    const { holds, text } = judged(change(await proofOf(41)));
    expect(text).toMatch(/^The proof does not hold: /);
    expect(holds).toBe(false);
  });

  it('is refused when it says a member twice, or nothing', async () => {
    const json = JSON.stringify(await proofOf(3)).replace('"outcome"', '"outcome":"denied","outcome"');
    expect(verifyProof(json, keys)).toMatchObject({ holds: false, text: expect.stringContaining('twice') });
    for (const text of ['', 'null', '{}', '[]', '"x"', '{"event":null}'])
      expect([text, verifyProof(text, keys).holds]).toEqual([text, false]);
  });

  it('is of no worth to somebody who trusts another key', async () => {
    const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
    const others = new TrustedKeys([{ kty: 'OKP', crv: 'Ed25519', x, kid: 'aky_other' }]);
    expect(judged(await proofOf(3), others).holds).toBe(false);
  });
});

describe('the proof that a log has only grown', () => {
  async function growth(from: number, to: number): Promise<GrowthProof> {
    const hashes = await consistencyProof(subtree, from, to);
    return { from: head(from), to: head(to), hashes: hashes.map((hash) => hash.toString('hex')) };
  }

  it.each([
    [1, SIZE],
    [64, 128],
    [77, 201],
    [SIZE, SIZE],
  ])('holds from %i leaves to %i', async (from, to) => {
    expect(judged(await growth(from, to))).toEqual({
      holds: true,
      text: `Verified: the tree of ${from} leaves is the beginning of that of ${to}.`,
    });
  });

  it('does not hold for a fork, a foreign key, fewer hashes, or the other way round', async () => {
    const proof = await growth(77, 201);
    const { from, to, hashes } = proof;
    for (const bad of [
      { ...proof, from: noteOf(77, leaves[3] as Hash) },
      { ...proof, to: head(201, 'foreign') },
      { ...proof, hashes: hashes.slice(1) },
      { ...proof, from: to, to: from },
      { from, hashes },
    ])
      expect(judged(bad).holds).toBe(false);
  });
});
