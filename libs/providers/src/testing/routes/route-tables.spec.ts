import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { findProvider, providers } from '../../registry.js';
import { googleFacts } from '../google-facts.js';
import { routesFrom } from './derived-routes.js';
import { dropboxRoutes } from './dropbox-routes.js';
import { githubRoutes } from './github-routes.js';
import { googleRoutes } from './google-routes.js';

/** Where the official descriptions lie beside the checkout. */
const folder = new URL('../../../../../../shared/contracts/', import.meta.url);
const whereTheyAre = existsSync(folder) ? it : it.skip;
const opened = (file: string) => gunzipSync(readFileSync(new URL(file, folder))).toString('utf8');
const tableOf = (id: string) => findProvider(id)?.requests.routes.table;

describe('the table of routes', () => {
  it.each(providers.map((provider) => [provider.id, provider.requests.routes] as const))(
    'of %s says where it is from, and each route once',
    (_, { table, names }) => {
      expect(table).toMatchObject({
        source: expect.stringMatching(/\w+ .*\w+/),
        version: expect.stringMatching(/\w/),
        date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      });
      const all = [...table.read, ...table.write, ...table.destructive];
      expect(all).toHaveLength(names.size);
      expect(all.filter((name) => !/^(GET|POST|PUT|PATCH|DELETE) \/[\w/{}:.-]*$/.test(name))).toEqual([]);
    },
  );

  it('of GitHub is that of the installed description', () =>
    expect(tableOf('github')).toEqual(githubRoutes()));

  whereTheyAre.each([
    ['google-calendar', 'calendar__v3.discovery.json.gz'],
    ['gmail', 'gmail__v1.discovery.json.gz'],
    ['google-drive', 'drive__v3.discovery.json.gz'],
  ])('of %s is that of its official description', (id, file) => {
    expect(tableOf(id)).toEqual(googleRoutes(googleFacts(opened(file)), tableOf(id)?.date ?? ''));
  });

  whereTheyAre('of Dropbox is that of its official description', () => {
    const { version = '', date = '' } = tableOf('dropbox') ?? {};
    expect(tableOf('dropbox')).toEqual(dropboxRoutes(opened('dropbox-stone.tar.gz'), version, date));
  });

  it('takes what nobody judged for destructive, and no judgement about nothing', () => {
    const origin = { source: 'spec', version: '1', date: '2026-01-01' };
    const operations = [
      { method: 'GET', paths: ['/a'], id: 'a.list' },
      { method: 'POST', paths: ['/a'], id: 'a.create' },
      { method: 'POST', paths: ['/a/new'], id: 'a.new' },
    ];
    expect(routesFrom(origin, operations, { writes: [/create/] })).toEqual({
      ...origin,
      read: ['GET /a'],
      write: ['POST /a'],
      destructive: ['POST /a/new'],
    });
    expect(() => routesFrom(origin, operations, { writes: [/gone/] })).toThrow('names no operation');
  });
});
