import { Injectable, type LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

const SECRET_NAMES = /(token|secret|password|authorization|cookie|code|verifier|key)$/i;
const SECRET_SHAPES =
  /\b(vk_(?:agent|op)_[\w-]+|ya29\.[\w.-]+|1\/\/[\w-]+|gh[opurs]_\w+|sl\.[\w.-]+|eyJ[\w-]+\.[\w-]+\.[\w-]+)/g;

/** Structured log, one JSON object a line. Members whose names speak of secrets and values that look like tokens are left out. */
@Injectable()
export class Log implements LoggerService {
  private readonly pino: Logger;

  constructor(level = 'info') {
    this.pino = pino(
      { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
      pino.destination({ sync: true }),
    );
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

function clean(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, cleanValue(name, value)]));
}

function cleanValue(name: string, value: unknown): unknown {
  if (SECRET_NAMES.test(name)) return '[left out]';
  if (value instanceof Error)
    return { name: value.name, message: scrub(value.message), stack: scrub(value.stack ?? '') };
  if (typeof value === 'string') return scrub(value);
  if (value !== null && typeof value === 'object' && !Array.isArray(value))
    return clean(value as Record<string, unknown>);
  return value;
}

function scrub(text: string): string {
  return text.replace(SECRET_SHAPES, '[left out]');
}
