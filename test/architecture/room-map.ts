/** How the rooms of the API stand to each other, drawn from the imports of their sources. */

/** A source and what it imports, as paths from the root of the tree. */
export interface Module {
  readonly source: string;
  readonly imports: readonly string[];
}

const IN_A_ROOM = /^apps\/api\/src\/([^/]+)\//;
const NOT_THE_PRODUCT = /\.(spec|int-spec)\.ts$|\/testing\/|\/generated\//;
const START = 'start';

const BEGIN = '<!-- drawn by npm run draw:rooms -->';
const END = '<!-- end of the drawing -->';

function roomOf(source: string): string | undefined {
  return NOT_THE_PRODUCT.test(source) ? undefined : IN_A_ROOM.exec(source)?.[1];
}

/** The rooms with the rooms that each imports, those of the start left out: it imports all. */
export function arrows(modules: readonly Module[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { source, imports } of modules) {
    const from = roomOf(source);
    if (from === undefined || from === START) continue;
    const targets = found.get(from) ?? new Set();
    found.set(from, targets);
    for (const to of imports.map(roomOf)) if (to !== undefined && to !== from) targets.add(to);
  }
  return found;
}

/** Whether `to` is reached from `from` by more than one arrow. */
function isReachedOnTheWay(graph: Map<string, Set<string>>, from: string, to: string): boolean {
  const ahead = [...(graph.get(from) ?? [])].filter((room) => room !== to);
  const seen = new Set(ahead);
  while (ahead.length > 0) {
    const room = ahead.pop() ?? '';
    if (room === to) return true;
    const next = [...(graph.get(room) ?? [])].filter((name) => !seen.has(name));
    for (const name of next) seen.add(name);
    ahead.push(...next);
  }
  return false;
}

/** A Mermaid flowchart of the rooms. An import that a longer way shows already is not drawn. */
export function drawRooms(modules: readonly Module[]): string {
  const graph = arrows(modules);
  const drawn = [...graph.keys()].sort().flatMap((from) =>
    [...(graph.get(from) ?? [])]
      .sort()
      .filter((to) => !isReachedOnTheWay(graph, from, to))
      .map((to) => `  ${from} --> ${to}`),
  );
  return ['```mermaid', 'flowchart LR', ...drawn, '```'].join('\n');
}

/** The page with the drawing in its place. @throws Error when the page has no such place */
export function withDrawing(page: string, drawing: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`The page has no "${BEGIN} … ${END}".`);
  return `${before}${BEGIN}\n\n${drawing}\n\n${END}${after}`;
}
