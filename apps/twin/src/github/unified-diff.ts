type Line = readonly [sign: ' ' | '-' | '+', text: string];

const CONTEXT = 3;

/**
 * The difference between two texts: counts, and a unified diff in the form of GitHub's `patch` (without file names).
 */
export function unifiedDiff(
  from: string,
  to: string,
): { additions: number; deletions: number; patch: string } {
  const lines = compare(linesOf(from), linesOf(to));
  const count = (sign: string) => lines.filter(([own]) => own === sign).length;
  return { additions: count('+'), deletions: count('-'), patch: hunks(lines) };
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** By the longest common subsequence. */
function compare(from: string[], to: string[]): Line[] {
  const lengths = Array.from({ length: from.length + 1 }, () => new Array<number>(to.length + 1).fill(0));
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  for (let i = from.length - 1; i >= 0; i -= 1)
    for (let j = to.length - 1; j >= 0; j -= 1)
      (lengths[i] as number[])[j] =
        from[i] === to[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < from.length || j < to.length) {
    if (i < from.length && j < to.length && from[i] === to[j]) {
      lines.push([' ', from[i] as string]);
      i += 1;
      j += 1;
    } else if (j >= to.length || (i < from.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push(['-', from[i] as string]);
      i += 1;
    } else {
      lines.push(['+', to[j] as string]);
      j += 1;
    }
  }
  return lines;
}

function hunks(lines: Line[]): string {
  const changed = lines.flatMap(([sign], index) => (sign === ' ' ? [] : [index]));
  const groups: [first: number, last: number][] = [];
  for (const index of changed) {
    const group = groups.at(-1);
    if (group && index - group[1] <= 2 * CONTEXT) group[1] = index;
    else groups.push([index, index]);
  }
  return groups
    .map(([first, last]) => hunk(lines, Math.max(0, first - CONTEXT), last + CONTEXT + 1))
    .join('\n');
}

function hunk(lines: Line[], start: number, end: number): string {
  const count = (part: Line[], sign: string) => part.filter(([own]) => own === ' ' || own === sign).length;
  const before = lines.slice(0, start);
  const part = lines.slice(start, end);
  const range = (sign: string) => {
    const length = count(part, sign);
    return `${count(before, sign) + (length ? 1 : 0)},${length}`;
  };
  return [`@@ -${range('-')} +${range('+')} @@`, ...part.map(([sign, text]) => sign + text)].join('\n');
}
