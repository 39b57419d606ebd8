import { readFileSync } from 'node:fs';

/** The rules that docs/operations.md shows, by what they are wanted for. */
export const DOCUMENTED_RULES: ReadonlyMap<string, string> = new Map(
  readFileSync(new URL('../../../../../docs/operations.md', import.meta.url), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, wanted, rule] = /^\| ([^|]+?) +\| `(.*;)` +\|$/.exec(line) ?? [];
      return wanted !== undefined && rule !== undefined
        ? [[wanted, rule.replace('agt_…', 'agt_1')] as const]
        : [];
    }),
);
