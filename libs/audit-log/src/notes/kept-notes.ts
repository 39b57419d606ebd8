const NOTE = /^[^{\n][^]*?\n\n(?:\u2014 .+\n)+\n/u;

/**
 * Notes that were kept in one file, each with an empty line after it. The rest of a crash at the end, and lines of JSON,
 * which versions before the tree wrote for each checkpoint of the chain, are passed over.
 * @throws RangeError when there is anything else
 */
export function keptNotes(text: string): string[] {
  const notes: string[] = [];
  let rest = text.replace(/^\{.*\n/gm, '');
  for (;;) {
    const [found] = NOTE.exec(rest) ?? [];
    if (found === undefined) break;
    notes.push(found.slice(0, -1));
    rest = rest.slice(found.length);
  }
  if (rest.endsWith('\n\n')) throw new RangeError(`note ${notes.length + 1} is none`);
  return notes;
}
