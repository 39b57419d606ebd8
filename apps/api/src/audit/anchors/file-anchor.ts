import { open, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { keptNotes } from '@valetkey/audit-log';
import type { CheckpointRecord } from '../checkpoint.js';
import type { Anchor } from './anchor.js';
import { codeOf, OutsideError } from './outside-error.js';

const TAIL_BYTES = 1 << 16;

/** `file:///mnt/worm/valetkey.notes`: a note and an empty line for each checkpoint, flushed to disk before it counts. */
export class FileAnchor implements Anchor {
  readonly name: string;
  private readonly path: string;

  constructor(url: URL) {
    this.name = url.href;
    this.path = fileURLToPath(url);
  }

  async put(records: readonly CheckpointRecord[]): Promise<void> {
    try {
      const file = await open(this.path, 'a');
      try {
        // Verifiers read this file under other accounts; the umask of this process keeps everything else it writes
        // private.
        if ((await file.stat()).size === 0) await file.chmod(0o644).catch(() => undefined);
        await file.appendFile(records.map(({ note }) => `${note}\n`).join(''));
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      throw new OutsideError(`the file cannot be written (${codeOf(error)})`);
    }
  }

  async read(): Promise<string[]> {
    const text = await readFile(this.path, 'utf8').catch((error: unknown) => {
      throw new OutsideError(`the file cannot be read (${codeOf(error)})`);
    });
    try {
      return keptNotes(text);
    } catch (error) {
      throw new OutsideError((error as Error).message);
    }
  }

  /** The end of the file: a year of it is 100 MB. */
  async newest(): Promise<string[]> {
    try {
      const file = await open(this.path, 'r');
      try {
        const { size } = await file.stat();
        const { buffer, bytesRead } = await file.read({
          buffer: Buffer.alloc(TAIL_BYTES),
          position: Math.max(0, size - TAIL_BYTES),
        });
        return keptNotes(buffer.toString('utf8', 0, bytesRead).replace(/^\n+/, ''));
      } finally {
        await file.close();
      }
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ENOENT') return [];
      throw new OutsideError(`the file cannot be read (${code})`);
    }
  }
}
