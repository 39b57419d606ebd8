import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TwinState } from './twin-state.js';

interface StoredMap {
  $map: [unknown, unknown][];
}

/** Keeps the twin's state in one JSON file, replaced atomically, so that a killed twin starts where it was. */
export class StateFile {
  #timer: NodeJS.Timeout | undefined;
  #dirty = false;

  constructor(
    private readonly path: string | undefined,
    private readonly debounceMs = 100,
  ) {}

  /** The stored state, or undefined when there is none yet. */
  load(): TwinState | undefined {
    if (!this.path) return undefined;
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    return JSON.parse(text, (_key, value: unknown) =>
      isStoredMap(value) ? new Map(value.$map) : value,
    ) as TwinState;
  }

  /** Writes within the debounce time; many changes become one write. */
  schedule(state: () => TwinState): void {
    if (!this.path) return;
    this.#dirty = true;
    this.#timer ??= setTimeout(() => this.flush(state), this.debounceMs).unref();
  }

  /** Writes now if something changed since the last write. */
  flush(state: () => TwinState): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.path || !this.#dirty) return;
    mkdirSync(dirname(this.path), { recursive: true });
    const temporary = `${this.path}.new`;
    const file = openSync(temporary, 'w', 0o600);
    try {
      writeSync(file, JSON.stringify(state(), storeMaps));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, this.path);
    this.#dirty = false;
  }
}

function storeMaps(_key: string, value: unknown): unknown {
  return value instanceof Map ? ({ $map: [...value] } satisfies StoredMap) : value;
}

function isStoredMap(value: unknown): value is StoredMap {
  return typeof value === 'object' && value !== null && Array.isArray((value as StoredMap).$map);
}
