import type { LogVerdict } from './verify-log.js';

const number = (count: number) => count.toLocaleString('en');

/** A verdict in a sentence, and whether the log is as it was written. */
export function verdictText(verdict: LogVerdict): { readonly holds: boolean; readonly text: string } {
  const { rows, from = 1, to, erased, checkpointsMet, unsigned, bad } = verdict;
  const no = (text: string) => ({ holds: false, text });
  if (bad) {
    const place =
      bad.since === undefined ? `row ${bad.seq}` : `row ${bad.seq}, or one before it from ${bad.since} on`;
    return no(`The log is not as it was written. First bad row: ${place}: ${bad.why}.`);
  }
  if (unsigned > 0) return no(`${unsigned} checkpoints are signed by no trusted key; the tree itself holds.`);
  const unwitnessed = verdict.witnesses.find(({ throughRow }) => throughRow === undefined);
  if (unwitnessed) return no(`No checkpoint that fits is cosigned by ${unwitnessed.name}.`);
  const seen = verdict.witnesses.map(
    ({ name, throughRow }) => ` Cosigned by ${name} up to row ${throughRow}.`,
  );
  const gone = from > 1 ? goneText(verdict) : '';
  const fit = `${number(checkpointsMet)} checkpoints fit; ${number(erased)} rows erased.`;
  return {
    holds: true,
    text: `Verified: ${number(rows)} rows, ${from} to ${to}, one tree without a gap; ${fit}${gone}${seen.join('')}`,
  };
}

function goneText({ from = 1, hashesBefore }: LogVerdict): string {
  return hashesBefore === undefined
    ? ` Rows up to ${from - 1} were let go, as a signed event says.`
    : ` Tiles of the leaves up to ${hashesBefore} are not there; the hashes above them fit.`;
}
