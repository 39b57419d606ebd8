import {
  addCheckpointBody,
  openNote,
  verifyCosignature,
  verifyEd25519,
  type Hash,
  type NoteKey,
} from '@valetkey/audit-log';
import { readStart } from '../../platform/index.js';
import { codeOf, OutsideError } from '../anchors/outside-error.js';

const PATIENCE_MS = 10_000;
const MOST_ANSWER_BYTES = 16_384;
const SIZE = /^(0|[1-9]\d{0,15})\n$/;

/** A checkpoint that a witness is asked to cosign. */
export interface CheckpointToCosign {
  readonly size: number;
  readonly note: string;
  /** That the tree of this many leaves is its beginning. @throws OutsideError when that cannot be told any more */
  proofFrom(size: number): Promise<readonly Hash[]>;
}

/** The answer of a witness: a cosignature, or the size that it knows of this log. */
type Answer = { readonly line: string } | { readonly knownSize: number };

/**
 * Somebody else who watches that the log only grows, and signs each head that continues the last one it saw.
 *
 * https://c2sp.org/tlog-witness
 */
export class Witness {
  private readonly url: URL;

  /** @param prefix its submission prefix, to which `/add-checkpoint` is added */
  constructor(
    prefix: string,
    readonly key: NoteKey,
  ) {
    this.url = new URL('add-checkpoint', prefix.endsWith('/') ? prefix : `${prefix}/`);
  }

  /**
   * Its line under a checkpoint.
   * @param oldSize the tree that it is thought to know; it says so itself if it is another one
   * @throws OutsideError when it does not cosign, or answers something else
   */
  async cosign(checkpoint: CheckpointToCosign, oldSize: number): Promise<string> {
    const first = await this.ask(checkpoint, Math.min(oldSize, checkpoint.size));
    if ('line' in first) return first.line;
    const { knownSize } = first;
    if (knownSize > checkpoint.size)
      throw new OutsideError(
        `it has cosigned a tree of ${knownSize} events, and this one has ${checkpoint.size}: the log lost some, or is another one under its name`,
      );
    const second = await this.ask(checkpoint, knownSize);
    if ('line' in second) return second.line;
    throw new OutsideError('it names another size each time');
  }

  private async ask({ size, note, proofFrom }: CheckpointToCosign, oldSize: number): Promise<Answer> {
    const proof = oldSize === 0 || oldSize === size ? [] : await proofFrom(oldSize);
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8', 'user-agent': 'valetkey' },
      body: addCheckpointBody(oldSize, proof, note),
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch((error: unknown) => {
      throw new OutsideError(`it does not answer (${codeOf(error)})`);
    });
    const body = await readStart(response, MOST_ANSWER_BYTES).catch(() => '');
    const known = response.headers.get('content-type') === 'text/x.tlog.size' ? SIZE.exec(body) : null;
    if (response.status === 409 && known) return { knownSize: Number(known[1]) };
    if (response.status !== 200) throw new OutsideError(refusal(response.status));
    return { line: this.ownLine(note, body) };
  }

  /** The one of the lines in an answer that holds for the note. */
  private ownLine(note: string, body: string): string {
    const verifiers = { ed25519: verifyEd25519, cosignature: verifyCosignature };
    const line = body
      .split('\n')
      .map((each) => `${each}\n`)
      .find((each) => openNote(bareNote(note) + each, [this.key], verifiers) !== undefined);
    if (line === undefined)
      throw new OutsideError('its answer holds no cosignature of the key that is set for it');
    return line;
  }
}

/** The text of a note and the empty line after it. */
const bareNote = (note: string) => note.slice(0, note.lastIndexOf('\n\n') + 2);

const REFUSALS: Readonly<Record<number, string>> = {
  403: 'it does not trust the key that signs the log (403): give it the verifier key and the origin',
  404: 'it does not know this log (404): give it the verifier key and the origin',
  409: 'it has cosigned another tree of this size (409): the log was written anew, or is another one under its name',
  422: 'it says that the log does not continue what it has cosigned (422)',
};

const refusal = (status: number) => REFUSALS[status] ?? `it answers ${status}`;
