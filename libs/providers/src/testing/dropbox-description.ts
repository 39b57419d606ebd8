import { officialDescription, type RequestJudge } from './official-descriptions.js';

/** What Dropbox's Stone files say of one route. */
interface Route {
  readonly arg: string;
  readonly scope: string | undefined;
}

/** `upload_session/append:2` is called as `upload_session/append_v2`. */
const calledAs = (name: string): string => name.replace(/:(\d+)$/, '_v$1');

function routesOf(stone: string): Map<string, Route> {
  const blocks = stone.split(/^(?=route |struct |union|namespace )/m);
  const routes = new Map<string, Route>();
  let namespace = '';
  for (const block of blocks) {
    namespace = /^namespace (\w+)/.exec(block)?.[1] ?? namespace;
    const [, name, arg = ''] = /^route ([\w/:]+)\s*\(([\w.]+)/.exec(block) ?? [];
    if (name)
      routes.set(`${namespace}/${calledAs(name)}`, { arg, scope: /scope = "([\w.]+)"/.exec(block)?.[1] });
  }
  return routes;
}

/** Fields of a struct and of those that it extends. */
function fieldsOf(stone: string, struct: string): string[] {
  const pattern = new RegExp(`^struct ${struct}(?: extends ([\\w.]+))?\\n((?:[ \\t].*\\n|\\n)*)`, 'm');
  const [, parent, body = ''] = pattern.exec(stone) ?? [];
  const own = [...body.matchAll(/^ {4}(\w+) +[A-Z@a-z]/gm)].map(([, name = '']) => name);
  return parent ? [...own, ...fieldsOf(stone, parent)] : own;
}

/** Judges requests by Dropbox's own description: the route, the members of its argument, and the scope. */
export function dropboxJudge(): RequestJudge {
  // The files come in one archive, whose headers are padded with NUL.
  const stone = (officialDescription('dropbox-stone.tar.gz') ?? '').replaceAll('\0', '\n');
  const routes = routesOf(stone);
  return {
    complaints: ({ path, headers, body }, heldScopes) => {
      const name = path.replace(/^\/2\//, '');
      const route = routes.get(name);
      if (!route) return [`${name} is no route of this API`];
      const header = headers['dropbox-api-arg'];
      const arg = (typeof header === 'string' ? JSON.parse(header) : (body ?? {})) as object;
      const known = fieldsOf(stone, route.arg);
      return [
        ...Object.keys(arg)
          .filter((member) => !known.includes(member))
          .map((member) => `${name}: ${member} is not described`),
        ...(route.scope && !heldScopes.includes(route.scope) ? [`${name}: ${route.scope} is needed`] : []),
      ];
    },
  };
}
