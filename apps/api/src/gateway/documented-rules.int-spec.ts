import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Caller, type TwinWorld } from '../platform/testing/index.js';
import { DOCUMENTED_RULES as RULES } from './testing/documented-rules.js';
import { createGatewayWorld } from './testing/gateway-world.js';

const POLICIES = '/v1/operator/policies';
const DRY_RUN = '/v1/operator/policy-decisions';

type Asked = readonly [action: string, input: object] | readonly [proxy: object];
const mail = (more: object) =>
  ['gmail.messages.send', { to: ['team@example.com'], subject: 'x', text: 'x', ...more }] as const;
const forward = (more: object) =>
  ['gmail.messages.forward', { messageId: '19a1c0ffee000003', to: ['team@example.com'], ...more }] as const;
const event = (...guests: string[]) =>
  [
    'google-calendar.events.create',
    {
      summary: 'x',
      start: { date: '2027-01-01' },
      end: { date: '2027-01-02' },
      attendees: guests.map((email) => ({ email })),
    },
  ] as const;
const issue = (owner: string) => ['github.issues.create', { owner, repo: 'x', title: 'x' }] as const;
const label = (...addLabelIds: string[]) =>
  ['gmail.messages.label', { messageId: '1', addLabelIds }] as const;
const share = (more: object) => ['google-drive.files.share', { fileId: '1', ...more }] as const;
const raw = (provider: string, path: string, method = 'POST') => [{ provider, method, path }] as const;

/** Each documented rule with what it lets through, and every way that leads past a rule that is written carelessly. */
const rawMail = (
  headers: string,
  path = '/users/me/messages/send',
  wrap = (raw: string): object => ({ raw }),
) =>
  [
    {
      provider: 'gmail',
      method: 'post',
      path,
      body: wrap(Buffer.from(`${headers}\r\nSubject: x\r\n\r\nx`).toString('base64url')),
    },
  ] as const;

const CASES: readonly (readonly [wanted: string, passes: readonly Asked[], stops: readonly Asked[]])[] = [
  [
    'this agent reads only',
    [['gmail.messages.search', {}]],
    [
      mail({}),
      event(),
      raw('github', '/repos/a/b/issues'),
      ['gmail.drafts.create', { subject: 'x', text: 'x' }],
    ],
  ],
  [
    'no agent touches mail',
    [event()],
    [mail({}), ['gmail.labels.list', {}], raw('gmail', '/users/me/labels', 'GET')],
  ],
  [
    'mail to outsiders needs a person',
    [
      mail({}),
      mail({ to: ['Team@EXAMPLE.com'], cc: ['ada@example.com'] }),
      forward({}),
      rawMail('To: Team@Example.com'),
    ],
    [
      mail({ to: ['eve@example.org'] }),
      mail({ cc: ['eve@example.org'] }),
      mail({ bcc: ['eve@example.org'] }),
      mail({ to: ['team@example.com', 'eve@example.com.evil.org'] }),
      forward({ to: ['eve@example.org'] }),
      forward({ bcc: ['eve@example.org'] }),
      rawMail('To: eve@example.org'),
      rawMail('To: team@example.com\r\nBcc: "team@example.com" <eve@example.org>'),
      rawMail('To: eve@example.org', '/users/me/drafts/send', (raw) => ({ id: 'r-1', message: { raw } })),
      raw('gmail', '/users/me/drafts/send'),
      ['gmail.drafts.send', { draftId: 'r-1' }],
      ['gmail.messages.reply', { messageId: '1', text: 'x' }],
    ],
  ],
  [
    'mail to these people only',
    [mail({}), mail({ to: ['GRACE@example.com'], bcc: ['team@Example.Com'] })],
    [
      mail({ to: ['ada@example.com'] }),
      mail({ cc: ['ada@example.com'] }),
      forward({ to: ['ada@example.com'] }),
    ],
  ],
  [
    'nobody from outside is invited',
    [event(), event('ada@example.com', 'bob@EXAMPLE.com')],
    [
      event('eve@example.org'),
      event('ada@example.com', 'eve@example.org'),
      ['google-calendar.attendees.update', { eventId: '1', add: [{ email: 'eve@example.org' }] }],
      raw('google-calendar', '/calendars/primary/events'),
      ['google-calendar.events.quick-add', { text: 'Lunch with eve@example.org' }],
    ],
  ],
  [
    'files are shared within the house',
    [
      share({ type: 'user', emailAddress: 'ada@Example.com' }),
      share({ type: 'domain', domain: 'EXAMPLE.com' }),
    ],
    [
      share({ type: 'anyone' }),
      share({ type: 'user', emailAddress: 'eve@example.org' }),
      share({ type: 'domain', domain: 'example.org' }),
      share({ type: 'group', emailAddress: 'all@example.org' }),
      ['dropbox.links.create', { path: '/a' }],
      raw('google-drive', '/files/1/permissions'),
      raw('dropbox', '/sharing/create_shared_link_with_settings'),
    ],
  ],
  [
    'nothing goes to the trash unseen',
    [label('STARRED'), mail({})],
    [
      ['gmail.messages.trash', { messageId: '1' }],
      label('TRASH'),
      label('STARRED', 'TRASH'),
      raw('gmail', '/users/me/messages/1/trash'),
      raw('gmail', '/users/me/messages/1', 'DELETE'),
      [
        {
          provider: 'gmail',
          method: 'POST',
          path: '/users/me/messages/1/modify',
          body: { addLabelIds: ['trash'] },
        },
      ],
    ],
  ],
  [
    "this agent changes one owner's code",
    [
      issue('acme'),
      issue('Acme'),
      issue('ACME'),
      ['github.issues.get', { owner: 'b', repo: 'x', number: 1 }],
    ],
    [issue('acme2'), issue('evil'), raw('github', '/repos/evil/x/issues'), raw('github', '/graphql')],
  ],
  [
    'no raw requests',
    [mail({})],
    [raw('gmail', '/users/me/labels', 'GET'), raw('dropbox', '/files/list_folder')],
  ],
];

let world: TwinWorld;
let operator: Caller;
beforeAll(async () => {
  world = await createGatewayWorld();
  operator = Caller.operator(world.apps[0].app);
});
afterAll(() => world.close());

const decisionOn = async ([what, input]: Asked) => {
  const { status, body } = await operator.post(DRY_RUN, {
    principal: { type: 'agent', id: 'agt_1' },
    userId: 'ada',
    ...(typeof what === 'string' ? { action: what, input } : { proxy: what }),
  });
  return status === 200 ? body.decision : body;
};

describe('the rules in docs/operations.md', () => {
  it('are taken as they stand there, each without a fault', async () => {
    expect(RULES.size).toBeGreaterThan(9);
    for (const [name, text] of RULES) {
      const { status, body } = await operator.post(POLICIES, { name, text });
      expect([name, status, body.detail, body.fault]).toEqual([name, 201, undefined, undefined]);
      await operator.delete(`${POLICIES}/${body.id}`);
    }
  });

  it.each(CASES)('%s: lets through what it says, and nothing past it', async (name, passes, stops) => {
    const { body } = await operator.post(POLICIES, { name, text: RULES.get(name) });
    const wrong: unknown[] = [];
    for (const asked of passes) if ((await decisionOn(asked)) !== 'allow') wrong.push(['stopped', asked]);
    for (const asked of stops) {
      const decision = await decisionOn(asked);
      if (!['deny', 'require_approval'].includes(decision)) wrong.push(['passed', asked, decision]);
    }
    await operator.delete(`${POLICIES}/${body.id}`);
    expect(wrong).toEqual([]);
  });
});

describe('a rule that names what is not there', () => {
  it.each([
    ['a provider', 'forbid (principal, action in Action::"gmial", resource);', 'Action::"gmail"'],
    [
      'an action',
      'forbid (principal, action == Action::"gmail.messages.sent", resource);',
      'Action::"gmail.messages.send"',
    ],
    ['a group', 'forbid (principal, action in Action::"gmail.send", resource);', 'Action::"gmail.sends"'],
    [
      'a verb',
      'forbid (principal, action == Action::"connection.disconect", resource);',
      'Action::"connection.disconnect"',
    ],
    ['an effect', 'forbid (principal, action in Action::"wriet", resource);', 'Action::"write"'],
    [
      'one of several',
      'forbid (principal, action in [Action::"gmail", Action::"githbu"], resource);',
      'Action::"github"',
    ],
    [
      'in a condition',
      'forbid (principal, action, resource) unless { action in Action::"reda" };',
      'Action::"read"',
    ],
    ['a kind of principal', 'forbid (principal is Agnet, action, resource);', '`Agent`'],
    ['a kind of principal by id', 'forbid (principal == Agnt::"agt_1", action, resource);', '`Agent`'],
    [
      'a member of the context',
      'forbid (principal, action in Action::"gmail.sends", resource) when { context.recipient.contains("a@b.c") };',
      '`recipients`',
    ],
    [
      'a member of the input',
      'forbid (principal, action == Action::"gmail.messages.send", resource) when { context.input.too.contains("a@b.c") };',
      '`to`',
    ],
    [
      'a member that may be missing',
      'forbid (principal, action == Action::"gmail.messages.send", resource) when { context.input.cc.contains("a@b.c") };',
      'context.input has cc',
    ],
    ['an attribute of users', 'permit (principal, action, resource) when { resource.admin };', 'admin'],
    ['the annotation', '@requires_approval("") forbid (principal, action, resource);', '@require_approval'],
    [
      'what users do not ask',
      'forbid (principal is User, action == Action::"token.read", resource);',
      'never hold',
    ],
    [
      'an owner in capitals',
      'forbid (principal, action == Action::"github.issues.create", resource) when { context.input.owner == "Acme" };',
      '"acme"',
    ],
    [
      'a recipient in capitals',
      'forbid (principal, action in Action::"gmail.sends", resource) when { context.recipients.containsAny(["Eve@x.org"]) };',
      '"eve@x.org"',
    ],
    [
      'text for a list',
      'forbid (principal, action == Action::"gmail.messages.send", resource) when { context.input.to == "a@b.c" };',
      'compatible',
    ],
  ])('as %s is refused, with the name that is nearest', async (_, text, nearest) => {
    const { status, body } = await operator.post(POLICIES, { name: 'wrong', text });
    expect([status, body.code]).toEqual([400, 'invalid_policy']);
    expect(body.detail).toContain(nearest);
    const known = await operator.post(POLICIES, {
      name: 'right',
      text: 'permit (principal, action, resource);',
    });
    const changed = await operator.put(`${POLICIES}/${known.body.id}`, { text });
    expect([changed.status, changed.body.code]).toEqual([400, 'invalid_policy']);
    await operator.delete(`${POLICIES}/${known.body.id}`);
  });

  it('and was stored before stays as it is, and says what is wrong with it', async () => {
    await world.database.query(
      `INSERT INTO policies (id, name, text, updated_at) VALUES ('pol_old', 'old', 'forbid (principal, action in Action::"gmial", resource);', now())`,
    );
    const { body } = await operator.get(`${POLICIES}/pol_old`);
    expect(body).toMatchObject({ enabled: true, fault: expect.stringContaining('Action::"gmail"') });
    expect((await operator.get(POLICIES)).body[0].fault).toBe(body.fault);
    await world.database.query('DELETE FROM policies');
  });
});
