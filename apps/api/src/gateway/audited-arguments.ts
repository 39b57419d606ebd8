import { Injectable } from '@nestjs/common';
import canonicalize from 'canonicalize';
import { AuditKeys, type AuditArguments } from '../audit/index.js';

/** Names of places and things, which are no content: only these texts are told. */
const NAMING = /^(owner|repo|.*Id)$/;
const LONGEST_NAME = 200;

/**
 * What the log keeps of an action's input: a keyed hash, the names of its fields, and of their values those that say
 * which thing was meant (ids, numbers, switches), never what was written into it.
 */
@Injectable()
export class AuditedArguments {
  constructor(private readonly keys: AuditKeys) {}

  async of(input: unknown): Promise<AuditArguments> {
    const hash = await this.keys.keyedHash(canonicalize(input) ?? '');
    const members = typeof input === 'object' && input !== null ? Object.entries(input) : [];
    const given = members.filter(([, value]) => value !== undefined);
    const told = given.filter(([name, value]) => isTold(name, value)) as [
      string,
      string | number | boolean,
    ][];
    const fields = given.map(([name]) => name).sort();
    return told.length === 0 ? { hash, fields } : { hash, fields, summary: Object.fromEntries(told) };
  }
}

function isTold(name: string, value: unknown): boolean {
  if (typeof value === 'string') return NAMING.test(name) && value.length <= LONGEST_NAME;
  return typeof value === 'boolean' || Number.isInteger(value);
}
