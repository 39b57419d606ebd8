import type { TrustedKeys } from '../statements/signed.js';
import { parseCheckpoint, type Checkpoint } from '../notes/checkpoint.js';
import type { TreeHead } from '../tree/verify-proofs.js';

/** Roots by the size of the tree, as checkpoints say them. */
export class SignedHeads {
  /** Notes that no trusted key has signed: they prove nothing, and should not be there. */
  readonly unsigned: number;
  /** The smallest size of which there are two roots. */
  readonly fork: number | undefined;
  /** Sizes that a trusted key has signed. */
  private readonly vouched = new Set<number>();
  private readonly roots = new Map<number, TreeHead['root']>();
  /** Names of the witnesses that have cosigned a size. */
  private readonly witnesses = new Map<number, string[]>();

  /** `stated` are heads that are stored beside the notes: to be compared, and worth nothing by themselves. */
  constructor(notes: readonly string[], stated: readonly TreeHead[], keys: TrustedKeys) {
    const opened = [...new Set(notes)].map((note) => {
      const head = checkpointOf(note, keys);
      if (head) this.addWitnesses(head.size, note, keys);
      return head;
    });
    const signed = opened.filter((each) => each !== undefined);
    this.unsigned = opened.length - signed.length;
    let fork: number | undefined;
    for (const { size, root } of [...signed, ...stated]) {
      const known = this.roots.get(size);
      if (known && !known.equals(root)) fork = Math.min(fork ?? size, size);
      this.roots.set(size, known ?? root);
    }
    for (const { size } of signed) this.vouched.add(size);
    this.fork = fork;
  }

  rootAt(size: number): TreeHead['root'] | undefined {
    return this.roots.get(size);
  }

  isVouched(size: number): boolean {
    return this.vouched.has(size);
  }

  /** Names of the trusted witnesses that have cosigned the tree of this size. */
  witnessesAt(size: number): readonly string[] {
    return this.witnesses.get(size) ?? [];
  }

  private addWitnesses(size: number, note: string, keys: TrustedKeys): void {
    const names = keys.witnesses.filter((witness) => keys.isCosigned(note, witness)).map(({ name }) => name);
    if (names.length > 0) this.witnesses.set(size, [...this.witnessesAt(size), ...names]);
  }

  /** The smallest tree that is larger than this. */
  beyond(size: number): number | undefined {
    let least: number | undefined;
    for (const each of this.roots.keys()) if (each > size && each < (least ?? Infinity)) least = each;
    return least;
  }
}

/** Without trusted keys a note is read and not verified. */
export function checkpointOf(note: string, keys: TrustedKeys): Checkpoint | undefined {
  if (keys.size > 0) return keys.checkpoint(note);
  return parseCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1));
}
