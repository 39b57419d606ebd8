import { open, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { checkpointRecord, type CheckpointRecord } from '../checkpoint.js';
import { AnchorError, codeOf, type Anchor } from './anchor.js';

/** `file:///mnt/worm/valetkey.ndjson`: one checkpoint a line, flushed to disk before it counts. */
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
        await file.appendFile(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      throw new AnchorError(`the file cannot be written (${codeOf(error)})`);
    }
  }

  async read(): Promise<CheckpointRecord[]> {
    const text = await readFile(this.path, 'utf8').catch((error: unknown) => {
      throw new AnchorError(`the file cannot be read (${codeOf(error)})`);
    });
    return checkpointsIn(text);
  }
}

/**
 * Checkpoints, one a line. A last line without a line break is the rest of a crash.
 * @throws AnchorError when another line is not a checkpoint
 */
export function checkpointsIn(text: string): CheckpointRecord[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line, index) => {
      try {
        return checkpointRecord.parse(JSON.parse(line));
      } catch {
        throw new AnchorError(`line ${index + 1} is not a checkpoint`);
      }
    });
}
