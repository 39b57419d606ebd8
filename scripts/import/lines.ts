/** Lines of a file of any size, one at a time. */
import { createReadStream } from 'node:fs';

/** A line, counted from 1. `undefined`: it was too long to be kept. */
export interface Line {
  readonly number: number;
  readonly text: string | undefined;
}

/** Longer than any token set; a file without line ends must not fill the memory. */
export const LONGEST_LINE = 256 * 1024;

/** Reads lines without ever holding more than one chunk and one line. Empty lines are left out. */
export async function* linesOf(file: string): AsyncGenerator<Line> {
  let number = 1;
  let held = '';
  let isTooLong = false;
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    const parts = (chunk as string).split('\n');
    for (const [index, part] of parts.entries()) {
      if (index > 0) {
        if (isTooLong || held.trim() !== '') yield { number, text: isTooLong ? undefined : held };
        number += 1;
        held = '';
        isTooLong = false;
      }
      isTooLong ||= held.length + part.length > LONGEST_LINE;
      held = isTooLong ? '' : held + part;
    }
  }
  if (isTooLong || held.trim() !== '') yield { number, text: isTooLong ? undefined : held };
}
