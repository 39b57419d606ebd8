import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Once start-up is over, and what was waiting for it has been answered. */
const AFTER_MS = 5_000;

type CollectGarbage = (how: { type: 'major'; flavor: 'last-resort'; execution: 'sync' }) => void;

/**
 * Gives back, once, the memory that only start-up needed. V8 would keep it for as long as nothing else wants it, which
 * in an idle server is forever. Takes about a tenth of a second.
 */
export function giveBackStartUpMemory(): void {
  setTimeout(() => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as CollectGarbage;
    setFlagsFromString('--no-expose-gc');
    collect({ type: 'major', flavor: 'last-resort', execution: 'sync' });
  }, AFTER_MS).unref();
}
