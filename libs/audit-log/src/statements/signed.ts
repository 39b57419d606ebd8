import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import canonicalize from 'canonicalize';
import { parseCheckpoint, type Checkpoint } from '../notes/checkpoint.js';
import { verifyCosignature } from '../notes/cosignature.js';
import { openNote, verifyEd25519, type NoteKey } from '../notes/signed-note.js';

/**
 * A statement that a key of the log signs. The purpose is signed too, so a signature cannot be used for another one.
 */
export type Statement =
  | {
      readonly purpose: 'checkpoint';
      readonly seq: string;
      /** Hash of link `seq`, hex. */
      readonly hash: string;
      readonly at: string;
    }
  | {
      readonly purpose: 'erasure';
      /** Positions in the chain whose personal part was erased: `3,7-9`. */
      readonly rows: string;
    }
  | {
      readonly purpose: 'trim';
      /** The newest link that was deleted by retention, with its hash in hex. */
      readonly throughSeq: string;
      readonly throughHash: string;
    };

/** A public key of the log, as published (RFC 8037). */
export interface PublicAuditKey {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly kid: string;
}

/** The bytes that are signed: the statement with the id of its key, as canonical JSON (RFC 8785). */
function signedText(statement: Statement, keyId: string): Buffer {
  return Buffer.from(canonicalize({ v: 1, ...statement, keyId }) ?? '');
}

/** An Ed25519 signature (RFC 8032), base64url. */
export function signStatement(statement: Statement, keyId: string, key: KeyObject): string {
  return sign(null, signedText(statement, keyId), key).toString('base64url');
}

const VERIFIERS = { ed25519: verifyEd25519, cosignature: verifyCosignature };

/** Checks signatures with the public keys that the verifier trusts. */
export class TrustedKeys {
  private readonly keys: ReadonlyMap<string, KeyObject>;

  /** `witnesses` are those of which the verifier wants cosignatures. */
  constructor(
    keys: readonly PublicAuditKey[],
    readonly witnesses: readonly NoteKey[] = [],
  ) {
    this.keys = new Map(
      keys.map(({ kid, ...jwk }) => [kid, createPublicKey({ key: { ...jwk }, format: 'jwk' })]),
    );
  }

  get size(): number {
    return this.keys.size;
  }

  /** Whether a trusted key has signed this. */
  signed(statement: Statement, keyId: unknown, signature: unknown): boolean {
    const key = typeof keyId === 'string' ? this.keys.get(keyId) : undefined;
    if (!key || typeof signature !== 'string') return false;
    return verify(null, signedText(statement, keyId as string), key, Buffer.from(signature, 'base64url'));
  }

  /**
   * Reads a checkpoint's note. The name of the key is the origin of the log.
   * @returns `undefined` when it is none, or none of the trusted keys has signed it
   */
  checkpoint(note: string): Checkpoint | undefined {
    const name = note.slice(0, note.indexOf('\n'));
    const keys = [...this.keys.values()].map((publicKey) => ({ name, type: 'ed25519' as const, publicKey }));
    const opened = openNote(note, keys, VERIFIERS);
    return opened && parseCheckpoint(opened.text);
  }

  /** Whether this witness has cosigned a checkpoint's note. */
  isCosigned(note: string, witness: NoteKey): boolean {
    return openNote(note, [witness], VERIFIERS) !== undefined;
  }

  /** The name of a witness that has not cosigned a checkpoint's note. */
  missingWitness(note: string): string | undefined {
    return this.witnesses.find((witness) => !this.isCosigned(note, witness))?.name;
  }
}
