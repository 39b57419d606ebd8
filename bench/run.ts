/**
 * npm run bench                        every benchmark in its short form
 * npm run bench -- NAME [--option …]   one of them in full; `--short` for its short form
 *
 * `--json` prints JSON instead of text, `--list` what there is. Builds must be fresh; `npm run bench` sees to it.
 */
import process from 'node:process';
import { killTree, processTree } from '../test/kit/process-tree.js';
import { BENCHMARKS } from './benchmarks.js';
import type { Benchmark, Figure, OptionValues } from './kit/benchmark.js';
import { machine } from './kit/machine.js';
import { figureText } from './kit/print.js';

interface Wanted {
  readonly benchmarks: readonly Benchmark[];
  readonly short: boolean;
  readonly json: boolean;
  readonly given: OptionValues;
}

function usage(): string {
  const lines = BENCHMARKS.flatMap(({ name, measures, floor, options }) => [
    `  ${name}`,
    `      ${measures}`,
    `      floor: ${floor}`,
    ...Object.entries(options).map(
      ([option, { means, short, full }]) => `      --${option}  ${means} (short ${short}, full ${full})`,
    ),
  ]);
  return ['npm run bench [-- NAME [--option value …]] [--short] [--json]', '', ...lines, ''].join('\n');
}

function parse(args: readonly string[]): Wanted {
  const given: Record<string, string> = {};
  const names: string[] = [];
  const flags = new Set<string>();
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (['--json', '--short', '--list', '--help'].includes(arg)) flags.add(arg);
    else if (arg.startsWith('--')) given[arg.slice(2)] = args[++index] ?? '';
    else names.push(arg);
  }
  if (flags.has('--list') || flags.has('--help')) stop(usage(), 0);
  const unknown = names.find((wanted) => !BENCHMARKS.some(({ name }) => name === wanted));
  if (unknown !== undefined) stop(`There is no benchmark "${unknown}".\n\n${usage()}`, 1);
  const benchmarks = BENCHMARKS.filter(({ name }) => names.length === 0 || names.includes(name));
  const option = Object.keys(given).find((name) => !benchmarks.some(({ options }) => name in options));
  if (option !== undefined) stop(`No benchmark of this run has the option --${option}.\n\n${usage()}`, 1);
  return { benchmarks, short: names.length === 0 || flags.has('--short'), json: flags.has('--json'), given };
}

function stop(text: string, status: number): never {
  process.stdout.write(text);
  process.exit(status);
}

function valuesOf({ options }: Benchmark, { short, given }: Wanted): OptionValues {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      given[name] ?? (short ? option.short : option.full),
    ]),
  );
}

const wanted = parse(process.argv.slice(2));
const say = (text: string) => void process.stderr.write(`  … ${text}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const child of processTree(process.pid).slice(1)) killTree(child);
    process.exit(1);
  });
}

const on = machine();
const at = new Date().toISOString();
const results: { name: string; floor: string; options: OptionValues; figures: Figure[] }[] = [];
if (!wanted.json) {
  console.log(
    `${at}  ${Object.entries(on)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
  );
  console.log(
    'median (smallest–largest over the rounds); the spread of the floor is the noise of the machine\n',
  );
}
for (const benchmark of wanted.benchmarks) {
  const options = valuesOf(benchmark, wanted);
  const { name, measures, floor } = benchmark;
  if (!wanted.json) console.log(`${name}: ${measures}\n  floor: ${floor}`);
  const figures = await benchmark.run(options, say);
  results.push({ name, floor, options, figures });
  if (!wanted.json) console.log(`${figures.map(figureText).join('\n')}\n`);
}
if (wanted.json) console.log(JSON.stringify({ at, machine: on, results }, null, 2));
const missed = results.flatMap(({ figures }) => figures).filter(({ bar }) => bar?.met === false);
if (!wanted.json)
  console.log(missed.length === 0 ? 'Every bar is met.' : `${missed.length} bars are missed.`);
process.exit(0);
