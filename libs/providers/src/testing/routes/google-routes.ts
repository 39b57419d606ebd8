import type { RouteTable } from '../../requests/route-table.js';
import type { GoogleFacts } from '../google-facts.js';
import { routesFrom, type DescribedOperation, type JudgedOperations } from './derived-routes.js';

/** By the part of a method's id after the API's name. A `watch` sends notices to any address: it is no harmless write. */
const JUDGED: Readonly<Record<string, JudgedOperations>> = {
  'calendar:v3': {
    reads: [/^freebusy\.query$/],
    writes: [
      /^events\.(import|insert|move|patch|quickAdd|update)$/,
      /^calendarList\.(insert|patch|update)$/,
      /^calendars\.(insert|patch|update)$/,
      /^acl\.(insert|patch|update)$/,
      /^channels\.stop$/,
    ],
  },
  'gmail:v1': {
    writes: [
      /^users\.drafts\.(create|send|update)$/,
      /^users\.labels\.(create|patch|update)$/,
      /^users\.messages\.(batchModify|import|insert|modify|send|trash|untrash)$/,
      /^users\.threads\.(modify|trash|untrash)$/,
      /^users\.settings\.(filters\.create|updateLanguage)$/,
      /^users\.stop$/,
    ],
  },
  'drive:v3': {
    reads: [/^files\.download$/],
    writes: [
      /^files\.(copy|create|modifyLabels|update)$/,
      /^comments\.(create|update)$/,
      /^replies\.(create|update)$/,
      /^permissions\.(create|update)$/,
      /^revisions\.update$/,
      /^(drives|teamdrives)\.create$/,
      /^drives\.(hide|unhide)$/,
      /^channels\.stop$/,
    ],
  },
};

/** The content of an upload session follows with `PUT` at the address that opened it. */
const sessionOf = ({ paths, id }: DescribedOperation): DescribedOperation[] => {
  const uploads = paths.filter((path) => path.startsWith('/upload/'));
  return uploads.length === 0 ? [] : [{ method: 'PUT', paths: uploads, id }];
};

export function googleRoutes(facts: GoogleFacts, date: string): RouteTable {
  const name = facts.api.split(':')[0] ?? '';
  const operations = facts.methods.map(({ httpMethod, paths, id }) => ({
    method: httpMethod,
    paths,
    id: id.slice(name.length + 1),
  }));
  const described = new Set(
    operations.flatMap(({ method, paths }) => paths.map((path) => `${method} ${path}`)),
  );
  const sessions = operations
    .flatMap(sessionOf)
    .filter(({ method, paths }) => !paths.some((path) => described.has(`${method} ${path}`)));
  const sessionPaths = new Map(sessions.map((session) => [session.paths.join(' '), session]));
  const origin = { source: `Google API discovery document ${facts.api}`, version: facts.revision, date };
  return routesFrom(origin, [...operations, ...sessionPaths.values()], JUDGED[facts.api] ?? { writes: [] });
}
