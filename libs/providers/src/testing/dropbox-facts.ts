/** A member of a route's argument. */
export interface DropboxMember {
  readonly name: string;
  readonly required: boolean;
}

export interface DropboxRoute {
  /** Absent when the route takes no argument. */
  readonly arg?: readonly DropboxMember[];
  readonly scope?: string;
}

/** The facts in Dropbox's Stone files, by the route's path after `/2/`. */
export type DropboxFacts = Readonly<Record<string, DropboxRoute>>;

/** `upload_session/append:2` is called as `upload_session/append_v2`. */
const calledAs = (name: string): string => name.replace(/:(\d+)$/, '_v$1');

/** Members of a struct and of those that it extends. A default, or a question mark, makes one optional. */
function membersOf(stone: string, struct: string): DropboxMember[] {
  const pattern = new RegExp(`^struct ${struct}(?: extends ([\\w.]+))?\\n((?:[ \\t].*\\n|\\n)*)`, 'm');
  const [, parent, body = ''] = pattern.exec(stone) ?? [];
  const own = [...body.matchAll(/^ {4}(\w+) +([A-Z@a-z].*)$/gm)]
    .filter(([, name]) => name !== 'example' && name !== 'union' && name !== 'struct')
    .map(([, name = '', type = '']) => ({ name, required: !/\?\s*$|\s=\s/.test(type) }));
  return parent ? [...own, ...membersOf(stone, parent)] : own;
}

/** Reduces the Stone files (https://github.com/dropbox/dropbox-api-spec), which come in one archive. */
export function dropboxFacts(archive: string): DropboxFacts {
  // The archive's headers are padded with NUL.
  const stone = archive.replaceAll('\0', '\n');
  const blocks = stone.split(/^(?=route |struct |union|namespace )/m);
  const routes: [string, DropboxRoute][] = [];
  let namespace = '';
  for (const block of blocks) {
    namespace = /^namespace (\w+)/.exec(block)?.[1] ?? namespace;
    const [, name, arg = ''] = /^route ([\w/:]+)\s*\(([\w.]+)/.exec(block) ?? [];
    const scope = /scope = "([\w.]+)"/.exec(block)?.[1];
    // Namespaces for single users: we call no team routes.
    if (!name || !['files', 'sharing', 'users'].includes(namespace)) continue;
    const members = arg === 'Void' ? {} : { arg: membersOf(stone, arg) };
    routes.push([`${namespace}/${calledAs(name)}`, { ...members, ...(scope ? { scope } : {}) }]);
  }
  return Object.fromEntries(routes);
}
