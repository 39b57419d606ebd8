/**
 * npm run import -- --from nango|logto FILE [--apply] [--map NAME=TARGET]... [--account PATH] [--report FILE]
 *
 * Brings token sets along from another product: FILE has one JSON object a line, as that product's API gives them
 * (docs/migrating.md). Without --apply nothing is stored: it says what would come along, and what not and why.
 *
 *   --apply             store them; what is stored already and newer stays, so it may be run again at any time
 *   --map NAME=TARGET   the connector here for a name there, where the two differ
 *   --account PATH      where in a line the account's id at the provider stands, as in metadata.google_id
 *   --report FILE       the outcome of every line as JSON, with the id of its connection here
 *
 * Speaks to a running server: the one at VALETKEY_PUBLIC_URL, or at PORT on this machine, with
 * VALETKEY_OPERATOR_API_KEY. No token is printed or written. Ends with 1 when a line was left behind.
 */
import './dot-env.ts';
import { createWriteStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { once } from 'node:events';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { importAll, type Outcome, type Read } from './import/batches.ts';
import { Left, SOURCES, type Reading, type Source } from './import/sources.ts';
import { linesOf, LONGEST_LINE, type Line } from './import/lines.ts';
import { callServer, Failure } from './running-server.ts';

const USAGE =
  'Usage: npm run import -- --from nango|logto FILE [--apply] [--map NAME=TARGET]... [--account PATH] [--report FILE]';
/** Of one request: the server takes 1,000 token sets and 1 MiB. */
const MOST_SETS = 500;
const MOST_CHARACTERS = 400_000;
const PAGE = 500;
const SAY_EVERY_MS = 1_000;

interface Wish {
  readonly file: string;
  readonly source: Source;
  readonly reading: Reading;
  readonly apply: boolean;
  readonly report: string | undefined;
}

function readWish(): Wish | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        from: { type: 'string' },
        apply: { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
        map: { type: 'string', multiple: true, default: [] },
        account: { type: 'string' },
        report: { type: 'string' },
      },
    });
    const source = SOURCES[values.from ?? ''];
    const [file, ...more] = positionals;
    const pairs = values.map.map((pair) => pair.split('=', 2) as [string, string?]);
    const isClear = !(values.apply && values['dry-run']) && pairs.every(([name, target]) => name && target);
    if (!source || file === undefined || more.length > 0 || !isClear) return undefined;
    const targets = new Map(pairs as [string, string][]);
    const reading = { targets, accountPath: values.account?.split('.') };
    return { file, source, reading, apply: values.apply, report: values.report };
  } catch {
    return undefined;
  }
}

/** The outcomes of all lines: counted, written to the report, and told where a line is left behind. */
class Report {
  readonly counts: Record<Outcome['outcome'], number> = {
    created: 0,
    updated: 0,
    kept: 0,
    would_be_sent: 0,
    left: 0,
  };
  private readonly out;
  private saidAt = Date.now();

  constructor(file: string | undefined) {
    this.out = file === undefined ? undefined : createWriteStream(file, { mode: 0o600 });
  }

  async add(outcomes: readonly Outcome[]): Promise<void> {
    for (const outcome of outcomes) {
      this.counts[outcome.outcome] += 1;
      if (outcome.outcome === 'left') console.log(`line ${outcome.line} stays behind: ${outcome.why}`);
      if (this.out && !this.out.write(`${JSON.stringify(outcome)}\n`)) await once(this.out, 'drain');
    }
    if (Date.now() - this.saidAt < SAY_EVERY_MS) return;
    this.saidAt = Date.now();
    console.error(this.inWords());
  }

  async close(): Promise<void> {
    if (!this.out) return;
    this.out.end();
    await once(this.out, 'close');
  }

  inWords(): string {
    const { created, updated, kept, would_be_sent: wouldBe, left } = this.counts;
    const all = created + updated + kept + wouldBe + left;
    if (wouldBe > 0) return `${all} lines: ${wouldBe} would come along, ${left} not`;
    return `${all} lines: ${created} new, ${updated} renewed, ${kept} there already, ${left} left behind`;
  }
}

/** @throws Left */
function parsed({ text }: Line): unknown {
  if (text === undefined) throw new Left(`is longer than ${LONGEST_LINE} characters`);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The words of the parser quote the line, which may be a token.
    throw new Left('is no JSON; the file must have one object a line (jq -c)');
  }
}

function readLine(line: Line, { source, reading }: Wish, known: ReadonlySet<string>): Read | Outcome {
  let name: string | undefined;
  try {
    const value = parsed(line);
    name = source.nameOf(value);
    const tokenSet = source.read(value, reading);
    if (!known.has(tokenSet.target))
      throw new Left('is of a connector that is not here; make it first, or name it with --map');
    return { number: line.number, name, tokenSet };
  } catch (error) {
    if (!(error instanceof Left)) throw error;
    return { line: line.number, name, outcome: 'left', why: error.message };
  }
}

/** The ids and targets of all connectors here. */
async function knownTargets(): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (let from = 0; ; from += PAGE) {
    const path = `/v1/operator/connectors?range=[${from},${from + PAGE - 1}]`;
    const page = await callServer<{ id: string; target: string }[]>('GET', path);
    for (const { id, target } of page) known.add(id).add(target);
    if (page.length < PAGE) return known;
  }
}

async function run(wish: Wish): Promise<boolean> {
  await access(wish.file).catch(() => {
    throw new Failure(`cannot read ${wish.file}`);
  });
  const known = await knownTargets();
  const report = new Report(wish.report);
  let batch: Read[] = [];
  let characters = 0;
  const send = async () => {
    const outcomes = wish.apply
      ? await importAll(batch)
      : batch.map(({ number: line, name }) => ({ line, name, outcome: 'would_be_sent' as const }));
    batch = [];
    characters = 0;
    await report.add(outcomes);
  };
  for await (const line of linesOf(wish.file)) {
    const read = readLine(line, wish, known);
    if ('outcome' in read) {
      await report.add([read]);
      continue;
    }
    const length = line.text?.length ?? 0;
    if (batch.length >= MOST_SETS || characters + length > MOST_CHARACTERS) await send();
    batch.push(read);
    characters += length;
  }
  await send();
  await report.close();
  console.log(report.inWords());
  if (!wish.apply) console.log('Nothing was stored: this was a trial. Run it again with --apply.');
  return report.counts.left === 0;
}

const wish = readWish();
if (!wish) {
  console.error(USAGE);
  process.exit(2);
}
try {
  process.exit((await run(wish)) ? 0 : 1);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(`import: ${error.message}. What was stored stays; run it again.`);
  process.exit(1);
}
