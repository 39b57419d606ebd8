import type { ChainedEvent } from '../event/leaf.js';

/** A row as it was read: the event, and what it states about itself. Digest and hash are hex. */
export interface Row {
  readonly event: ChainedEvent;
  readonly personalDigest: string;
  readonly hash: string;
}

/** A row as a line of an export: everything that is needed to verify it, in plain words and hex. */
export interface EventRecord extends Omit<ChainedEvent, 'actorType' | 'actorId'> {
  readonly actor: { readonly type: string; readonly id?: string | undefined };
  readonly personalDigest: string;
  readonly hash: string;
}

/** The part of a record that is hashed. */
export function hashedEvent<Placed extends Omit<EventRecord, 'seq' | 'hash'>>({ actor, ...record }: Placed) {
  return { ...record, actorType: actor.type, actorId: actor.id };
}

/** How the rows of a log come, one a line: `COPY` of the database, or JSON of an export. */
export type LineFormat = 'copy' | 'json';

/** Columns of `audit_events` in the order of `rowOfCopy`. */
export const COPY_COLUMNS = [
  'seq',
  'id',
  'at',
  'type',
  'outcome',
  'actor_type',
  'actor_id',
  'user_id',
  'agent_id',
  'connection_id',
  'task_id',
  'target',
  'action',
  'request_id',
  'key_id',
  'scopes',
  'duration_ms',
  'provider_status',
  'ip',
  'arguments',
  'detail',
  'salt',
  'personal_digest',
  'hash',
] as const;

/** @throws Error when the line is no event */
export function rowOf(line: string, format: LineFormat): Row {
  return format === 'copy' ? rowOfCopy(line) : rowOfJson(line);
}

/** A member that no hash covers could say anything. */
const MEMBERS = new Set([
  'seq',
  'id',
  'at',
  'type',
  'outcome',
  'actor',
  'userId',
  'agentId',
  'connectionId',
  'taskId',
  'target',
  'action',
  'requestId',
  'keyId',
  'scopes',
  'durationMs',
  'providerStatus',
  'ip',
  'arguments',
  'detail',
  'salt',
  'personalDigest',
  'hash',
]);

function rowOfJson(line: string): Row {
  const record = JSON.parse(line) as EventRecord;
  // Readers differ in which of two they believe. What is written back the same has no member twice.
  if (JSON.stringify(record) !== line && hasDoubledMember(line)) throw new Error('a member is there twice');
  requireMembers(record);
  const event = hashedEvent(record);
  if (typeof event.seq !== 'string') throw new Error('not an event');
  return { event, personalDigest: record.personalDigest, hash: record.hash };
}

/** @throws Error for an event with a member that no hash covers */
export function requireMembers(record: Pick<EventRecord, 'actor' | 'detail'>): void {
  for (const name in record) if (!MEMBERS.has(name)) throw new Error(`${name} is no member of an event`);
  for (const name in record.actor) if (name !== 'type' && name !== 'id') throw new Error('not an actor');
  if (typeof record.detail !== 'object' || record.detail === null) throw new Error('not an event');
}

/** Whether an object in this JSON, which is valid, names a member twice (RFC 8259, section 4). */
export function hasDoubledMember(json: string): boolean {
  const open: (Set<string> | undefined)[] = [];
  let text: string | undefined;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/gs)) {
    const names = open.at(-1);
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':' && names && text !== undefined) {
      const name = JSON.parse(text) as string;
      if (names.has(name)) return true;
      names.add(name);
    }
    text = token.startsWith('"') ? token : undefined;
  }
  return false;
}

/** A line of PostgreSQL's COPY in text format, with times in UTC: the fields of `COPY_COLUMNS`, in that order. */
function rowOfCopy(line: string): Row {
  const field = line.split('\t');
  const event: ChainedEvent = {
    seq: field[0] ?? '',
    id: text(field[1]) ?? '',
    at: time(field[2] ?? ''),
    type: text(field[3]) ?? '',
    outcome: text(field[4]) ?? '',
    actorType: text(field[5]) ?? '',
    actorId: text(field[6]),
    userId: text(field[7]),
    agentId: text(field[8]),
    connectionId: text(field[9]),
    taskId: text(field[10]),
    target: text(field[11]),
    action: text(field[12]),
    requestId: text(field[13]),
    keyId: text(field[14]),
    scopes: text(field[15])?.split(' '),
    durationMs: number(field[16]),
    providerStatus: number(field[17]),
    ip: text(field[18]),
    arguments: json(field[19]),
    detail: json(field[20]) as object,
    salt: bytes(field[21]),
  };
  const [personalDigest = '', hash = ''] = field.slice(22).map(bytes);
  return { event, personalDigest, hash };
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function text(field: string | undefined): string | undefined {
  if (field === undefined || field === '\\N') return undefined;
  if (!field.includes('\\')) return field;
  return field.replace(/\\(.)/gs, (_, char: string) => ESCAPES[char] ?? char);
}

function number(field: string | undefined): number | undefined {
  return field === undefined || field === '\\N' ? undefined : Number(field);
}

function json(field: string | undefined): unknown {
  if (field === '{}') return {};
  const content = text(field);
  return content === undefined ? undefined : JSON.parse(content);
}

/** `\\x61` → `61`. */
function bytes(field: string | undefined): string | undefined {
  return field === undefined || field === '\\N' ? undefined : field.slice(3);
}

/** `2026-11-24 10:14:10.1+00` → `2026-11-24T10:14:10.100Z`. */
function time(field: string): string {
  const zone = field.indexOf('+', 19);
  const [seconds = '', fraction = ''] = [field.slice(11, 19), field.slice(20, zone)];
  return `${field.slice(0, 10)}T${seconds}.${fraction.padEnd(3, '0')}Z`;
}
