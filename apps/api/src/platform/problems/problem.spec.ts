import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { CATALOGUE, Problem } from './index.js';

const SOURCES = fileURLToPath(new URL('../..', import.meta.url));

/** Names that follow `new Problem(` somewhere in the product; in a template, every name that fits it. */
function thrownNames(): ReadonlySet<string> {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !/spec\.ts$|\btesting\b|generated/.test(name),
  );
  const text = files.map((name) => readFileSync(join(SOURCES, name), 'utf8')).join('\n');
  const firsts = [...text.matchAll(/(?:new Problem|super)\(\s*((?:[^,;`]|`[^`]*`)*)/g)].map(
    ([, first = '']) => first,
  );
  const patterns = firsts.flatMap((first) =>
    [...first.matchAll(/['`]([a-z_.]*(?:\$\{[\w.]+\}[a-z_.]*)*)['`]/g)].map(
      ([, name = '']) => new RegExp(`^${name.replaceAll('.', '\\.').replace(/\$\{.*?\}/g, '\\w+')}$`),
    ),
  );
  return new Set(Object.keys(CATALOGUE).filter((name) => patterns.some((pattern) => pattern.test(name))));
}

describe('the catalogue of problems', () => {
  it('holds nothing that is thrown nowhere', () => {
    const thrown = thrownNames();
    expect(Object.keys(CATALOGUE).filter((name) => !thrown.has(name))).toEqual([]);
  });

  it('takes no other code, and wants what its details name', () => {
    // @ts-expect-error -- no entry of the catalogue
    expect(() => new Problem('made_up')).toThrow();
    // @ts-expect-error -- the detail names the thing
    expect(new Problem('not_found').detail).toContain('undefined');
    // @ts-expect-error -- no member of this problem
    expect(new Problem('owner_required', { target: 'google' }).status).toBe(403);
  });

  it('fills in parts, and puts only members on the wire', () => {
    const { code, detail, extensions } = new Problem('rate_limited', {
      caller: 'agent',
      limit: 7,
      reason: 'caller',
      retryAfterMs: 250,
    });
    expect({ code, detail, extensions }).toEqual({
      code: 'rate_limited',
      detail: 'This agent sends more than 7 requests a second.',
      extensions: { retryable: true, reason: 'caller', retryAfterMs: 250 },
    });
    const { code: shared, extensions: target } = new Problem('connector_disabled', { target: '{limit}' });
    expect([shared, target]).toEqual(['connector_disabled', { target: '{limit}' }]);
  });
});
