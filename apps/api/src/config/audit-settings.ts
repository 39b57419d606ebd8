import { createHash } from 'node:crypto';
import { z } from 'zod';
import { auditSinks, type AuditSinkSetting } from './audit-sinks.js';
import { json, list } from './lists.js';

/** Plain http is for loopback: a checkpoint is no secret, but an attacker in between could withhold it. */
const anchor = z.string().refine(isAnchor, {
  error: 'must be file:///path, s3://bucket/prefix or an https:// URL',
});

function isAnchor(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, username } = new URL(text);
  if (username !== '') return false;
  if (protocol === 'file:') return hostname === '' && pathname.length > 1;
  if (protocol === 'http:') return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return protocol === 'https:' || (protocol === 's3:' && hostname !== '');
}

/** The type of a witness's key (C2SP tlog-cosignature). */
const COSIGNATURE = 4;

const witness = z.strictObject({
  url: z.string().refine((text) => isAnchor(text) && /^https?:/.test(text), {
    error: 'must be an https:// URL without credentials; plain http is for loopback',
  }),
  key: z.string().refine(isWitnessKey, {
    error: 'must be its verifier key, <name>+<id>+<key>, of type cosignature/v1',
  }),
});

/** Read again where it is used. This file runs before anything is built, so it imports no package of ours. */
function isWitnessKey(text: string): boolean {
  const [, name = '', id, base64 = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/u.exec(text) ?? [];
  const key = Buffer.from(base64, 'base64');
  return (
    key[0] === COSIGNATURE &&
    createHash('sha256').update(`${name}\n`).update(key).digest('hex').slice(0, 8) === id
  );
}

const witnesses = z.array(witness).refine((all) => new Set(all.map(({ key }) => key)).size === all.length, {
  error: 'two witnesses have one key',
});

/** As a note can hold it (C2SP signed-note): the name of the log for good, best an address of ours. */
const origin = z
  .string()
  .regex(/^[^\s+\p{Cc}]{1,200}$/u, 'must be 200 characters at most, without blanks or +');

/** The settings of the audit log, as `SETTINGS` has all of them. */
export const AUDIT_SETTINGS = {
  VALETKEY_AUDIT_ANCHORS: {
    schema: list.pipe(z.array(anchor)).default([]),
    help: 'where checkpoints of the audit log are kept outside, comma separated: file:///path, s3://bucket/prefix?region=…, https:// webhook',
  },
  VALETKEY_AUDIT_WITNESSES: {
    schema: json.pipe(witnesses).default([]),
    help: 'JSON list of who cosigns the checkpoints of the audit log: {url, key} (c2sp.org/tlog-witness)',
  },
  VALETKEY_AUDIT_SINKS: {
    schema: json.pipe(auditSinks).default([]),
    help: 'JSON list of where the audit log is sent on to: {name, kind: otlp or http, url, headers?, from?: start or now, plaintext?}',
  },
  VALETKEY_AUDIT_RETENTION_DAYS: {
    schema: z.coerce.number().int().min(31, 'must be at least 31').max(36_500).optional(),
    help: 'months of the audit log that ended longer ago than this are let go (default: none, it is kept)',
  },
  VALETKEY_AUDIT_ORIGIN: {
    schema: origin.optional(),
    help: 'name of the audit log in its checkpoints (default: host and path of VALETKEY_PUBLIC_URL, and /audit)',
  },
  VALETKEY_AUDIT_PUBLIC: {
    schema: z.enum(['on', 'off']).default('off'),
    help: 'on: checkpoint and hashes of the audit log, not its events, are public under /audit (default off)',
  },
} as const;

type Raw = { [Name in keyof typeof AUDIT_SETTINGS]: z.output<(typeof AUDIT_SETTINGS)[Name]['schema']> };

/** Settings of the audit log as they are used. */
export interface AuditSettings {
  /** Addresses of the places outside that keep checkpoints of the audit log. */
  readonly auditAnchors: readonly string[];
  /** Submission prefixes and verifier keys of those who cosign the checkpoints. */
  readonly auditWitnesses: readonly z.output<typeof witness>[];
  readonly auditSinks: readonly AuditSinkSetting[];
  /** `undefined`: the log is kept. */
  readonly auditRetentionDays: number | undefined;
  /** The name of the log in its checkpoints, and of its key there. */
  readonly auditOrigin: string;
  /** Whether everybody may read the hashes of the tree. */
  readonly auditIsPublic: boolean;
}

export function auditSettings(raw: Raw, publicUrl: string): AuditSettings {
  const { host, pathname } = new URL(publicUrl);
  return {
    auditAnchors: raw.VALETKEY_AUDIT_ANCHORS,
    auditWitnesses: raw.VALETKEY_AUDIT_WITNESSES,
    auditSinks: raw.VALETKEY_AUDIT_SINKS,
    auditRetentionDays: raw.VALETKEY_AUDIT_RETENTION_DAYS,
    auditOrigin: raw.VALETKEY_AUDIT_ORIGIN ?? `${host}${pathname.replace(/\/$/, '')}/audit`,
    auditIsPublic: raw.VALETKEY_AUDIT_PUBLIC === 'on',
  };
}
