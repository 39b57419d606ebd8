import { CompactRange, type Node } from '../tree/compact-range.js';
import type { Hash } from '../tree/hashes.js';
import { TILE_WIDTH } from '../tree/tiles.js';
import type { TrustedKeys } from '../statements/signed.js';
import type { SignedHeads } from './signed-heads.js';

/** Leaves `from` up to, not with, `to`, of which the first wrong one is among them. */
export interface BadLeaves {
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

const TILE_LEVELS = Math.log2(TILE_WIDTH);
const nameOf = ({ level, index }: Pick<Node, 'level' | 'index'>) => `${level}:${index}`;

/** Builds the tree anew and compares it with every root and node that is known of it. */
export class TreeCheck {
  /** The first stretch that is not as it was. */
  bad: BadLeaves | undefined;
  checkpointsMet = 0;
  /** The largest size that fits of those that a witness has cosigned, by its name. */
  private readonly witnessed = new Map<string, number>();
  private vouched: number;
  private readonly range: CompactRange;
  private readonly start: number;
  private readonly nodes: Map<string, Node> | undefined;

  /** `edge` is that of the leaves before the first that is kept, of which there are `start`. */
  constructor(
    start: number,
    edge: Buffer,
    private readonly heads: SignedHeads,
    nodes?: readonly Node[],
  ) {
    this.range = CompactRange.fromBytes(start, edge);
    this.start = start;
    this.vouched = start;
    this.nodes = nodes && new Map(nodes.map((node) => [nameOf(node), node]));
    this.compare();
  }

  get size(): number {
    return this.range.size;
  }

  /** How far each trusted witness has cosigned; `firstRow` is the row of leaf 0. */
  witnesses(keys: TrustedKeys, firstRow: number): { name: string; throughRow: number | undefined }[] {
    return keys.witnesses.map(({ name }) => {
      const size = this.witnessed.get(name);
      return { name, throughRow: size === undefined ? undefined : firstRow + size - 1 };
    });
  }

  root(): Hash {
    return this.range.root();
  }

  append(leaf: Hash): void {
    this.range.append(leaf, this.nodes && ((node) => this.checkStored(node)));
    this.compare();
  }

  /** The end of the tree: as its stored edge says, with all nodes met. */
  finish(edge?: Buffer): void {
    const isRight = !edge || edge.equals(this.range.toBytes());
    if (!isRight) this.blame(this.size, 'the stored edge of the tree is not what the rows give');
    for (const { level, index } of this.nodes?.values() ?? [])
      if ((index + 1) * 2 ** level > this.start)
        this.blame(this.size + 1, `the stored node ${index} of level ${level} is of no rows`, this.size);
  }

  /** A fault among the leaves before `to`, and after the last checkpoint that fits. */
  blame(to: number, why: string, from = 0): void {
    if (!this.bad || to < this.bad.to)
      this.bad = { from: Math.min(Math.max(from, this.vouched), to - 1), to, why };
  }

  private compare(): void {
    const { size } = this.range;
    const expected = this.heads.rootAt(size);
    if (!expected) return;
    if (!expected.equals(this.root()))
      return this.blame(size, 'its checkpoint says otherwise: the log was written anew');
    if (!this.heads.isVouched(size)) return;
    this.checkpointsMet++;
    this.vouched = size;
    for (const name of this.heads.witnessesAt(size)) this.witnessed.set(name, size);
  }

  private checkStored(node: Node): void {
    if (node.level % TILE_LEVELS !== 0) return;
    const stored = this.nodes?.get(nameOf(node));
    this.nodes?.delete(nameOf(node));
    const to = (node.index + 1) * 2 ** node.level;
    if (!stored?.hash.equals(node.hash))
      this.blame(
        to,
        `the stored node of its ${2 ** node.level} rows ${stored ? 'says otherwise' : 'is missing'}`,
        to - 2 ** node.level,
      );
  }
}
