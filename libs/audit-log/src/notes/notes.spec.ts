import { generateKeyPairSync } from 'node:crypto';
import { EMPTY_ROOT } from '../tree/hashes.js';
import { checkpointText, parseCheckpoint } from './checkpoint.js';
import { addCheckpointBody, cosign, verifyCosignature } from './cosignature.js';
import {
  openNote,
  readVerifierKey,
  signNote,
  verifierKey,
  verifyEd25519,
  type NoteKey,
} from './signed-note.js';

const VERIFIERS = { ed25519: verifyEd25519, cosignature: verifyCosignature };

/** The example of golang.org/x/mod/sumdb/note, which the format comes from. */
const NEUMANN = {
  key: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  signature:
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
};

function newKey(name: string, type: NoteKey['type'] = 'ed25519') {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { key: { name, type, publicKey } satisfies NoteKey, privateKey };
}

describe('a signed note', () => {
  const key = readVerifierKey(NEUMANN.key);

  it('is read as other implementations write it, and its key is told as they tell it', () => {
    expect(verifierKey(key)).toBe(NEUMANN.key);
    const note = `${NEUMANN.text}\n${NEUMANN.signature}`;
    expect(openNote(note, [key], VERIFIERS)).toEqual({ text: NEUMANN.text, signedBy: [key] });
  });

  it.each([
    ['another text', `${NEUMANN.text.replace('your', 'our')}\n${NEUMANN.signature}`],
    ['a line more', `${NEUMANN.text}and more\n\n${NEUMANN.signature}`],
    ['no empty line', `${NEUMANN.text}${NEUMANN.signature}`],
    ['no end of the last line', `${NEUMANN.text}\n${NEUMANN.signature}`.slice(0, -1)],
    ['something that is no signature', `${NEUMANN.text}\n${NEUMANN.signature}hello\n`],
    ['no signature', `${NEUMANN.text}\n`],
  ])('is worth nothing with %s', (_, note) => {
    expect(openNote(note, [key], VERIFIERS)).toBeUndefined();
  });

  it('passes over signatures of keys that nobody gave, and needs one that holds', () => {
    const ours = newKey('vault.example/audit');
    const others = newKey('witness.example');
    const text = checkpointText({ origin: 'vault.example/audit', size: 3, root: EMPTY_ROOT });
    const note = signNote(text, ours.key, ours.privateKey) + cosign(text, others.key, others.privateKey, 7);
    expect(openNote(note, [ours.key], VERIFIERS)?.signedBy).toEqual([ours.key]);
    expect(openNote(note, [newKey('vault.example/audit').key], VERIFIERS)).toBeUndefined();
  });

  it.each([
    ['another id', NEUMANN.key.replace('+c74f', '+c74e')],
    ['another name', NEUMANN.key.replace('Peter', 'Paul')],
    ['an unknown type', NEUMANN.key.replace('+ARpc', '+BRpc')],
    ['a key that is cut', NEUMANN.key.slice(0, -4)],
    ['nothing', ''],
  ])('is not verified with a key of %s', (_, text) => {
    expect(() => readVerifierKey(text)).toThrow(RangeError);
  });

  it('is not signed under a name that would make it ambiguous', () => {
    const { key: spaced, privateKey } = newKey('two words');
    expect(() => signNote('text\n', spaced, privateKey)).toThrow(RangeError);
  });
});

describe('a cosignature', () => {
  const log = newKey('vault.example/audit');
  const witness = newKey('witness.example', 'cosignature');
  const text = checkpointText({ origin: 'vault.example/audit', size: 12, root: EMPTY_ROOT });
  const note = signNote(text, log.key, log.privateKey);

  it('holds for its text and its second only', () => {
    const line = cosign(text, witness.key, witness.privateKey, 1_800_000_000);
    expect(openNote(note + line, [log.key, witness.key], VERIFIERS)?.signedBy).toHaveLength(2);
    const bytes = Buffer.from(line.split(' ')[2] ?? '', 'base64');
    bytes.writeUInt8((bytes.readUInt8(11) + 1) % 256, 11);
    const later = line.replace(/[^ ]+\n$/, `${bytes.toString('base64')}\n`);
    expect(openNote(note + later, [witness.key], VERIFIERS)).toBeUndefined();
  });

  it('is asked for with the proof from the size that the witness knows', () => {
    expect(addCheckpointBody(7, [EMPTY_ROOT], note)).toBe(
      `old 7\n${EMPTY_ROOT.toString('base64')}\n\n${note}`,
    );
  });
});

describe('a checkpoint', () => {
  it('is read as it was written, extensions left aside', () => {
    const checkpoint = { origin: 'vault.example/audit', size: 9_007_199_254_740_991, root: EMPTY_ROOT };
    expect(parseCheckpoint(`${checkpointText(checkpoint)}more\n`)).toEqual(checkpoint);
  });

  const root = EMPTY_ROOT.toString('base64');
  it.each([
    ['nothing', ''],
    ['no origin', `\n3\n${root}\n`],
    ['a size with a sign', `o\n+3\n${root}\n`],
    ['a size with zeros before it', `o\n03\n${root}\n`],
    ['a size that no number holds', `o\n9999999999999999\n${root}\n`],
    ['half a root', `o\n3\n${root.slice(0, 20)}\n`],
    ['a root that is written otherwise', `o\n3\n${root.replace('=', '')}\n`],
  ])('is none with %s', (_, text) => {
    expect(parseCheckpoint(text)).toBeUndefined();
  });
});
