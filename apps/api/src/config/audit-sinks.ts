import { z } from 'zod';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

const sink = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be lower-case letters, digits and hyphens'),
    kind: z.enum(['otlp', 'http']),
    url: z
      .string()
      .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
        error: 'must be an http or https URL',
      })
      .refine((text) => !URL.canParse(text) || new URL(text).username + new URL(text).password === '', {
        error: 'must hold no credentials; give them as headers',
      }),
    headers: z
      .record(
        z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be a header name'),
        z.string().regex(/^[\x20-\x7e]*$/, 'must be printable ASCII'),
      )
      .default({}),
    from: z.enum(['start', 'now']).default('start'),
    plaintext: z.boolean().default(false),
  })
  .refine(({ url, plaintext }) => plaintext || isGuarded(url), {
    path: ['url'],
    error:
      'must be https; plain http is for loopback, or with "plaintext": true for a network that is yours alone',
  });

/** Where events are sent on to: an OTLP/HTTP logs receiver, or any server that takes NDJSON. */
export type AuditSinkSetting = z.output<typeof sink>;

/** The list in VALETKEY_AUDIT_SINKS; a name is what a sink's position is kept under. */
export const auditSinks = z
  .array(sink)
  .refine((sinks) => new Set(sinks.map(({ name }) => name)).size === sinks.length, {
    error: 'two sinks have one name',
  });

function isGuarded(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || LOOPBACK.includes(hostname);
}
