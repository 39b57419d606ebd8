import { Injectable } from '@nestjs/common';
import { Prisma, PrismaService } from '../platform/index.js';
import type { SearchText } from './search-text.js';

/** Kinds of records that are found in the database. */
export const RECORD_KINDS = [
  'user',
  'connection',
  'agent',
  'task',
  'audit_event',
  'connector',
  'policy',
] as const;

/** A record that was found. */
export interface FoundRecord {
  readonly kind: (typeof RECORD_KINDS)[number];
  readonly id: string;
  readonly name: string | null;
  readonly detail: string | null;
}

/** Of each kind. */
export const MOST_OF_A_KIND = 5;

/** How many matches are looked at to choose the newest from: a short word may be the beginning of thousands. */
const MOST_LOOKED_AT = 200;

/** The words of an expression, with punctuation as spaces. Indexes hold the same expression: `search_indexes`. */
const wordsOf = (text: string) =>
  Prisma.raw(
    `to_tsvector('simple', translate(${text}, '!"#$%&''()*+,-./:<=>?@[\\]^_\`{|}~' || chr(59), repeat(' ', 32)))`,
  );
const USER_WORDS = wordsOf(`"id" || ' ' || coalesce("name", '') || ' ' || coalesce("email", '')`);
const CONNECTION_WORDS = wordsOf(
  `"user_id" || ' ' || "account_id" || ' ' || coalesce("account_name", '') || ' ' || coalesce("account_email", '') || ' ' || coalesce("alias", '')`,
);
const CONNECTOR_WORDS = wordsOf(`"display_name" || ' ' || "target" || ' ' || "preset"`);
const NAME_WORDS = wordsOf(`"name"`);

const holds = (words: Prisma.Sql, { words: query }: SearchText) =>
  Prisma.sql`${words} @@ to_tsquery('simple', ${query})`;

/** Byte by byte, as the index is sorted; `~` comes after all characters of ids. */
const idBegins = (column: string, { idBeginning = '~' }: SearchText) => {
  const id = Prisma.raw(column);
  return Prisma.sql`(${id} ~>=~ ${idBeginning} AND ${id} ~<~ ${`${idBeginning}~`})`;
};

/** Matches of one table, an equal id or name first, then the newest. */
const best = (matches: Prisma.Sql) => Prisma.sql`
  (SELECT kind, id, name, detail FROM (${matches} LIMIT ${MOST_LOOKED_AT}) AS matches
  ORDER BY is_equal DESC, at DESC, id DESC LIMIT ${MOST_OF_A_KIND})`;

const users = (search: SearchText) =>
  best(Prisma.sql`
    SELECT 'user' AS kind, "id" AS id, "name" AS name, "email" AS detail, "created_at" AS at,
      ("id" = ${search.text} OR coalesce(lower("name") = lower(${search.text}), false)) AS is_equal
    FROM "users" WHERE "id" = ${search.text} OR ${holds(USER_WORDS, search)}`);

const connections = (search: SearchText) => Prisma.sql`
  SELECT kind, found.id, name, "connectors"."display_name" || ' · ' || user_id AS detail FROM (
    SELECT 'connection' AS kind, id, name, user_id, connector_id FROM (
      SELECT "id" AS id, coalesce("alias", "account_name", "account_email", "account_id") AS name,
        "user_id" AS user_id, "connector_id" AS connector_id, "created_at" AS at
      FROM "connections" WHERE ${idBegins('"id"', search)} OR ${holds(CONNECTION_WORDS, search)}
      LIMIT ${MOST_LOOKED_AT}
    ) AS matches ORDER BY at DESC, id DESC LIMIT ${MOST_OF_A_KIND}
  ) AS found JOIN "connectors" ON "connectors"."id" = found.connector_id`;

const agents = (search: SearchText) =>
  best(Prisma.sql`
    SELECT 'agent' AS kind, "id" AS id, "name" AS name,
      CASE WHEN "disabled_at" IS NOT NULL THEN 'disabled' END AS detail, "created_at" AS at,
      lower("name") = lower(${search.text}) AS is_equal
    FROM "agents" WHERE ${idBegins('"id"', search)} OR ${holds(NAME_WORDS, search)}`);

const connectors = (search: SearchText) =>
  best(Prisma.sql`
    SELECT 'connector' AS kind, "id" AS id, "display_name" AS name, "target" AS detail, "created_at" AS at,
      "target" = ${search.text} AS is_equal
    FROM "connectors" WHERE ${idBegins('"id"', search)} OR ${holds(CONNECTOR_WORDS, search)}`);

const policies = (search: SearchText) =>
  best(Prisma.sql`
    SELECT 'policy' AS kind, "id" AS id, "name" AS name,
      CASE WHEN NOT "enabled" THEN 'disabled' END AS detail, "created_at" AS at,
      lower("name") = lower(${search.text}) AS is_equal
    FROM "policies" WHERE ${idBegins('"id"', search)} OR ${holds(NAME_WORDS, search)}`);

const tasks = (search: SearchText) => Prisma.sql`
  SELECT 'task' AS kind, "id" AS id, "action" AS name, "status" || ' · ' || "user_id" AS detail
  FROM "tasks" WHERE ${idBegins('"id"', search)} ORDER BY "id" DESC LIMIT ${MOST_OF_A_KIND}`;

/** By its whole id: the log is long, grows with every call, and has one index on ids in each month. */
const auditEvents = ({ idBeginning }: SearchText) => Prisma.sql`
  SELECT 'audit_event' AS kind, "id" AS id, "type" AS name, "outcome" AS detail
  FROM "audit_events" WHERE "id" = ${idBeginning} LIMIT 1`;

/** The query for the best few of each kind, in one round trip. */
export function searchStatement(search: SearchText): Prisma.Sql {
  const byWord = [users, connections, agents, connectors, policies];
  const byId = search.idBeginning === undefined ? [] : [tasks, auditEvents];
  const each = [...byWord, ...byId].map((kind) => Prisma.sql`(${kind(search)})`);
  return Prisma.join(each, ' UNION ALL ');
}

/** Finds records of all rooms by a word or an id. It reads names and ids, and nothing else. */
@Injectable()
export class FoundRecordsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** The best few of each kind. */
  async search(search: SearchText): Promise<FoundRecord[]> {
    return this.prisma.$queryRaw<FoundRecord[]>(searchStatement(search));
  }
}
