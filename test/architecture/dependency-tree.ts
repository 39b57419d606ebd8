/**
 * Runs the dependency rules over a tree. `node test/architecture/dependency-tree.ts` is `npm run check:deps`, and with
 * `--draw` it is `npm run draw:rooms`; dependency-rules.spec.ts runs the same function over planted trees.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import {
  cruise,
  type ICruiseOptions,
  type ICruiseResult,
  type IForbiddenRuleType,
  type IResolveOptions,
} from 'dependency-cruiser';
import { drawRooms, withDrawing, type Module } from './room-map.ts';

interface RuleFile {
  readonly forbidden: IForbiddenRuleType[];
  readonly options: ICruiseOptions & { enhancedResolveOptions: Partial<IResolveOptions> };
}

const rules = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as RuleFile;

/** A longer list of files cannot be taken in at a glance. */
const FILES_IN_A_FOLDER = 40;
const CROWDED = 'forty-files-a-folder';

/** A larger part of the backend than this is several rooms; in a tree of few lines none is. */
const PART_OF_A_ROOM = 0.2;
const FEW_LINES = 1_000;
const OVERGROWN = 'a-fifth-of-the-api';

export const ruleNames: readonly string[] = [
  ...rules.forbidden.map(({ name }) => name ?? 'unnamed'),
  CROWDED,
  OVERGROWN,
];

/** Fewer modules than this cannot be the whole tree: the run saw too little, and its silence would mean nothing. */
export const MODULES_AT_LEAST = 400;

/** Where the rooms are drawn. */
const MAP = 'docs/architecture.md';

export const REAL_TREE = ['apps', 'libs', 'test', 'scripts', 'bench', 'examples'];

export interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

export interface Judgement {
  readonly moduleCount: number;
  readonly violations: readonly Violation[];
  /** Our own, with their imports. */
  readonly modules: readonly Module[];
}

/** Applies every rule to `folders` of the tree at `baseDir`. */
export async function judgeTree(baseDir: string, folders: readonly string[]): Promise<Judgement> {
  const { options, forbidden } = rules;
  const { output } = await cruise(
    [...folders],
    {
      tsPreCompilationDeps: options.tsPreCompilationDeps ?? false,
      doNotFollow: options.doNotFollow ?? {},
      exclude: options.exclude ?? {},
      baseDir,
      validate: true,
      ruleSet: { forbidden },
    },
    options.enhancedResolveOptions as IResolveOptions,
  );
  const { summary, modules } = output as ICruiseResult;
  const violations = summary.violations.map(({ rule, from, to, cycle }) => ({
    rule: rule.name,
    from,
    to: cycle ? cycle.map(({ name }) => name).join(' → ') : to,
  }));
  const ours = modules
    .filter(({ source }) => isOurs(source, folders))
    .map(({ source, dependencies }) => ({ source, imports: dependencies.map(({ resolved }) => resolved) }));
  const sources = ours.map(({ source }) => source);
  return {
    moduleCount: summary.totalCruised,
    violations: [...violations, ...crowdedFolders(sources), ...overgrownRooms(baseDir, sources)],
    modules: ours,
  };
}

const isOurs = (source: string, folders: readonly string[]) =>
  folders.some((folder) => source.startsWith(`${folder}/`)) && !/\/(node_modules|generated)\//.test(source);

function crowdedFolders(sources: readonly string[]): Violation[] {
  return [...Map.groupBy(sources, (source) => dirname(source))]
    .filter(([, files]) => files.length > FILES_IN_A_FOLDER)
    .map(([folder, files]) => ({
      rule: CROWDED,
      from: files.sort().at(-1) ?? folder,
      to: `${files.length} files in ${folder}`,
    }));
}

/** By the lines of product code; each with the longest file of the room. */
function overgrownRooms(baseDir: string, sources: readonly string[]): Violation[] {
  const files = sources
    .filter((source) => source.startsWith('apps/api/src/') && !/spec\.ts$|\/testing\//.test(source))
    .map((source) => ({ source, lines: readFileSync(join(baseDir, source), 'utf8').split('\n').length }))
    .sort((a, b) => b.lines - a.lines);
  const sum = (some: readonly { lines: number }[]) => some.reduce((total, { lines }) => total + lines, 0);
  const most = Math.max(FEW_LINES, sum(files)) * PART_OF_A_ROOM;
  return [...Map.groupBy(files, ({ source }) => source.split('/').slice(0, 4).join('/'))]
    .filter(([, own]) => sum(own) > most)
    .map(([room, own]) => ({
      rule: OVERGROWN,
      from: own[0]?.source ?? room,
      to: `${sum(own)} lines in ${room}`,
    }));
}

/** The faults of a run over the whole tree, line by line; empty when there are none. */
export function complaints({ moduleCount, violations }: Omit<Judgement, 'modules'>): string[] {
  const comment = (rule: string) => rules.forbidden.find(({ name }) => name === rule)?.comment ?? '';
  const lines = violations.map(
    ({ rule, from, to }) => `${rule}: ${from}${to === from ? '' : ` → ${to}`}\n  ${comment(rule)}`,
  );
  if (moduleCount >= MODULES_AT_LEAST) return lines;
  return [
    ...lines,
    `Only ${moduleCount} modules were seen of at least ${MODULES_AT_LEAST}: this run proves nothing.`,
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const judgement = await judgeTree(process.cwd(), REAL_TREE);
  const lines = complaints(judgement);
  const page = readFileSync(MAP, 'utf8');
  const drawn = withDrawing(page, drawRooms(judgement.modules));
  if (process.argv.includes('--draw')) writeFileSync(MAP, drawn);
  else if (page !== drawn) lines.push(`${MAP} draws the rooms as they were: run npm run draw:rooms.`);
  for (const line of lines) console.error(line);
  console.log(
    `${judgement.moduleCount} modules, ${ruleNames.length} rules, ${judgement.violations.length} violations`,
  );
  if (lines.length > 0) process.exitCode = 1;
}
