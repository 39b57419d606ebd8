import fc from 'fast-check';
import { connectorPresets } from './presets.js';

const words = fc.constantFrom(
  ...[
    'invalid_grant',
    'invalid_client',
    'bad_refresh_token',
    'interaction_required',
    'missing_scope/..',
    'x',
  ],
  ...['invalid_access_token/', 'toString', '__proto__', 'slow_down', 'server_error', ''],
);
const text = fc.oneof(words, fc.string({ unit: 'binary', maxLength: 40 }));
const answers = fc.record(
  {
    status: fc.oneof(fc.constantFrom(200, 400, 401, 403, 429, 500, 503), fc.integer({ min: 100, max: 599 })),
    error: text,
    description: text,
    contentType: fc.oneof(fc.constantFrom('application/json', 'text/html', 'text/plain'), text),
  },
  { requiredKeys: ['status'] },
);

describe.each(Object.values(connectorPresets))('what $displayName answers, however odd', (preset) => {
  it('ends no connection unless a token endpoint says so in words that are known', () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const { permanent } = preset.classifyTokenError(answer);
        if (answer.status >= 500 || answer.status === 429 || answer.error === undefined)
          expect(permanent).toBe(false);
        if (answer.contentType === 'text/html') expect(permanent).toBe(false);
        expect(['alive', 'dead', 'unknown']).toContain(preset.check.judge(answer));
        expect(typeof preset.revocation.isConfirmed(answer)).toBe('boolean');
        if (answer.status >= 500) {
          expect(preset.check.judge(answer)).toBe('unknown');
          expect(preset.revocation.isConfirmed(answer)).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('names an account by an id that is text, or none', () => {
    const members = fc.dictionary(
      fc.constantFrom('id', 'sub', 'account_id', 'login', 'name', 'email', 'display_name'),
      fc.anything({ maxDepth: 2 }),
    );
    fc.assert(
      fc.property(fc.oneof(members, fc.anything()), (json) => {
        const account = preset.account.map(json);
        if (account === undefined) return;
        expect(account.id).toMatch(/^[^]+$/);
        for (const shown of [account.name, account.email])
          expect(['string', 'undefined']).toContain(typeof shown);
      }),
      { numRuns: 300 },
    );
  });

  it('grants each scope once, without blanks around it, and implies nothing for one that is not known', () => {
    fc.assert(
      fc.property(fc.option(text, { nil: undefined }), fc.array(words), (scope, requested) => {
        const granted = preset.normaliseGranted(scope, requested);
        expect(new Set(granted).size).toBe(granted.length);
        if (scope !== undefined) for (const one of granted) expect(one).toMatch(/^\S+$/u);
        expect(preset.implies(`unknown ${scope}`)).toEqual([]);
      }),
    );
  });
});
