/** Ascending positions as text: `3,7-9`. */
export function rangesOf(positions: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const position of positions) {
    const last = ranges.at(-1);
    if (last && position === last[1] + 1) last[1] = position;
    else ranges.push([position, position]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

/** The positions of such a text; whatever else it says is left out. */
export function* positionsIn(ranges: string): Generator<number> {
  for (const range of ranges.split(',')) {
    const [, from, to = from] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(range) ?? [];
    if (from === undefined) continue;
    for (let position = Number(from); position <= Number(to); position++) yield position;
  }
}
