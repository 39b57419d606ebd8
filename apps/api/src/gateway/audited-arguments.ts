import { Injectable } from '@nestjs/common';
import canonicalize from 'canonicalize';
import { AuditKeys, type AuditArguments } from '../audit/index.js';

/** Names of members that identify things and hold no content: only their texts are recorded. */
const NAMING = /^(owner|repo|.*Id)$/;
const LONGEST_NAME = 200;

/**
 * The part of an action's input that the log records: a keyed hash, the names of its members, and the values of those
 * that identify the thing that was meant (ids, numbers, switches), never content.
 */
@Injectable()
export class AuditedArguments {
  constructor(private readonly keys: AuditKeys) {}

  async of(input: unknown): Promise<AuditArguments> {
    const hash = await this.keys.keyedHash(canonicalize(input) ?? '');
    const members = typeof input === 'object' && input !== null ? Object.entries(input) : [];
    const given = members.filter(([, value]) => value !== undefined);
    const recorded = given.filter(([name, value]) => isRecorded(name, value)) as [
      string,
      string | number | boolean,
    ][];
    const fields = given.map(([name]) => name).sort();
    return recorded.length === 0 ? { hash, fields } : { hash, fields, summary: Object.fromEntries(recorded) };
  }
}

function isRecorded(name: string, value: unknown): boolean {
  if (typeof value === 'string') return NAMING.test(name) && value.length <= LONGEST_NAME;
  return typeof value === 'boolean' || Number.isInteger(value);
}
