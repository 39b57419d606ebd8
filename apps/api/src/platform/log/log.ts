import { Injectable, type LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';

const SECRET_NAMES = /(token|secret|password|authorization|cookie|code|verifier|key)$/i;
const SECRET_SHAPES = new RegExp(
  [
    /\bvk_(?:agent|op|session)_[\w-]+/,
    /\b(?:ya29\.|GOCSPX-|sl\.)[\w.-]+/,
    /\b[14]\/\/?0[\w-]+/,
    /\b(?:gh[opurs]|github_pat)_\w+/,
    /\beyJ[\w-]+\.[\w-]+\.[\w-]+/,
    /(?<=\bBearer\s{1,9})[\w.~+/=-]+/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gi',
);
const DEEPEST = 6;
/** Longer texts are cut: searching them for secrets would take too long. */
const LONGEST = 10_000;

/**
 * Structured log, one JSON object a line. Members with names of secrets and values that look like tokens are redacted.
 */
@Injectable()
export class Log implements LoggerService {
  private readonly pino: Logger;

  constructor(level = 'info', stream: DestinationStream = pino.destination({ sync: true })) {
    this.pino = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
  }

  debug(message: string, members: Readonly<Record<string, unknown>> = {}): void {
    this.pino.debug(clean(members), scrub(message));
  }

  log(message: string, members: Readonly<Record<string, unknown>> | string = {}): void {
    this.pino.info(clean(asMembers(members)), scrub(String(message)));
  }

  warn(message: string, members: Readonly<Record<string, unknown>> | string = {}): void {
    this.pino.warn(clean(asMembers(members)), scrub(String(message)));
  }

  error(
    message: unknown,
    members: Readonly<Record<string, unknown>> | string = {},
    ..._rest: unknown[]
  ): void {
    const text = message instanceof Error ? message.message : String(message);
    this.pino.error(clean(asMembers(members)), scrub(text));
  }
}

function asMembers(value: Readonly<Record<string, unknown>> | string): Readonly<Record<string, unknown>> {
  return typeof value === 'string' ? { context: value } : value;
}

function clean(members: object, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [
      name,
      SECRET_NAMES.test(name) ? '[left out]' : cleanValue(value, depth + 1),
    ]),
  );
}

function cleanValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return scrub(value);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Error)
    return { name: value.name, message: scrub(value.message), stack: scrub(value.stack ?? '') };
  if (value instanceof Date) return value;
  if (depth > DEEPEST) return '[too deep]';
  return Array.isArray(value) ? value.map((item) => cleanValue(item, depth + 1)) : clean(value, depth);
}

function scrub(text: string): string {
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return shown.replace(SECRET_SHAPES, '[left out]');
}
