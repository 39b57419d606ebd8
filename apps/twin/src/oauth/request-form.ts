import type { FastifyRequest } from 'fastify';

/** Parameters of a request, each with one value. */
export type Form = Record<string, string | undefined>;

/** The body of a form or JSON request as plain parameters; the first of repeated values counts. */
export function formOf(request: FastifyRequest): Form {
  return flatten(request.body);
}

/** The query string as plain parameters. */
export function queryOf(request: FastifyRequest): Form {
  return flatten(request.query);
}

/** All values of a repeated form field. */
export function valuesOf(request: FastifyRequest, name: string): string[] {
  const value = (request.body as Record<string, unknown> | undefined)?.[name];
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** Splits a scope parameter at blanks (and commas, where the provider allows them). */
export function splitScopes(text: string | undefined, separator: RegExp = /\s+/): string[] {
  return [...new Set((text ?? '').split(separator).filter(Boolean))];
}

function flatten(source: unknown): Form {
  const form: Form = {};
  if (typeof source !== 'object' || source === null || Buffer.isBuffer(source)) return form;
  for (const [name, value] of Object.entries(source)) {
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (first !== undefined && first !== null && typeof first !== 'object') form[name] = String(first);
  }
  return form;
}
