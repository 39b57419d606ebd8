import { violationsOf } from '../accessibility.js';
import { SPEC_MS, START_MS, type Scene } from '../scene.js';
import { stage } from '../stage.js';
import { importTopics } from './imports.js';
import { DESK, PHONE, Visitor } from '../visitor.js';
import { unknownTask, type World } from '../world.js';

/** Codes and tokens of the twin say so; the keys of agents are longer than the prefix that pages show. */
const SECRETS = /-twin-|twin-secret-|vk_agent_[\w-]{8,}|vk_op_[\w-]{8,}|whsec_|eyJ[\w-]+\.[\w-]+\./;

const MOVING_MS = 300;

let scene: Scene;
let world: World;
let visitor: Visitor;
let ids: {
  event: string;
  operator: string;
  connector: string;
  webhook: string;
  delivery: string;
  operatorKey: string;
  schedule: string;
};
beforeAll(async () => {
  scene = await stage.scene();
  world = await stage.world();
  const first = async (resource: string) =>
    (await scene.stack.operator.get(`/v1/operator/${resource}?range=[0,0]`)).body[0].id;
  const { operator } = scene.stack;
  // Nothing listens there.
  const { body: webhook } = await operator.post('/v1/webhooks', {
    url: 'http://127.0.0.1:1/hooks',
    eventTypes: ['task.failed'],
  });
  const { body: schedule } = await scene.stack.agent.client.post('/v1/schedules', {
    userId: world.userId,
    action: 'google-calendar.events.list',
    cron: '30 9 * * 1-5',
    timeZone: 'Europe/Berlin',
    name: 'The day ahead',
    input: { limit: 5 },
  });
  const { body: operatorKey } = await operator.post('/v1/operator/operator-keys', {
    name: 'nightly export',
    role: 'auditor',
  });
  const { body: delivery } = await operator.post(`/v1/webhooks/${webhook.id}/test`);
  ids = {
    event: await first('audit-events'),
    operator: await first('operators'),
    operatorKey: operatorKey.id,
    connector: await first('connectors'),
    webhook: webhook.id,
    delivery: delivery.id,
    schedule: schedule.id,
  };
  visitor = await Visitor.at(scene.stack.server.url, scene.browser, {
    expected: [/^GET \/v1\/operator\/users\/nobody 404$/],
  });
}, START_MS);
afterAll(async () => {
  await visitor.close();
  await scene.stack.operator.delete(`/v1/webhooks/${ids.webhook}`);
});

/** Looks at the page that is open: at a desk by day and at night, and on a phone, where pages are built otherwise. */
async function look(): Promise<object> {
  const { page } = visitor;
  await visitor.settled();
  const day = await violationsOf(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForFunction(() => getComputedStyle(document.body).backgroundColor === 'rgb(19, 21, 20)');
  const night = await violationsOf(page, ['color-contrast']);
  const overflowAtDesk = await visitor.overflow();
  await page.setViewportSize(PHONE);
  await visitor.settled();
  const seen = {
    violations: { day, night, phone: await violationsOf(page) },
    overflow: { desk: Math.max(0, overflowAtDesk), phone: Math.max(0, await visitor.overflow()) },
    secret: SECRETS.exec(await page.content())?.[0],
    complaints: visitor.complaints.splice(0),
  };
  await page.setViewportSize(DESK);
  await page.emulateMedia({ colorScheme: 'light' });
  return seen;
}

const CLEAN = {
  violations: { day: [], night: [], phone: [] },
  overflow: { desk: 0, phone: 0 },
  secret: undefined,
  complaints: [],
};

describe('every page is accessible in both themes, fits a phone, shows no secret and makes no browser complain', () => {
  // Within: the suite of imports, which comes before, begins without one.
  beforeAll(() => importTopics(scene.stack.operator));
  afterAll(() => scene.stack.operator.delete('/v1/operator/providers/github'));
  it(
    'sign-in',
    async () => {
      await visitor.page.goto('/');
      await visitor.button('Sign in').waitFor();
      expect(await look()).toEqual(CLEAN);
      await visitor.signIn();
    },
    SPEC_MS,
  );

  it.each<[string, () => string | Promise<string>]>([
    ['overview', () => '/'],
    ['users', () => '/users'],
    ['a user', () => `/users/${encodeURIComponent(world.userId)}/show`],
    ['connections', () => '/connections'],
    ['a connection', () => `/connections/${world.connectionId}/show`],
    ['tasks', () => '/tasks'],
    ['a task that succeeded', () => `/tasks/${world.tasks.succeeded}/show`],
    [
      'a task of which nobody knows',
      async () => `/tasks/${await unknownTask(scene.stack, world.userId)}/show`,
    ],
    ['dead letters', () => '/dead-letters'],
    ['schedules', () => '/schedules'],
    ['a schedule', () => `/schedules/${ids.schedule}/show`],
    ['a task that waits', () => `/tasks/${world.tasks.waiting}/show`],
    ['standing approvals', () => '/standing-approvals'],
    ['audit history', () => '/audit-events'],
    ['an event', () => `/audit-events/${ids.event}/show`],
    ['agents', () => '/agents'],
    ['an agent', () => `/agents/${world.agentId}/show`],
    ['create agent', () => '/agents/create'],
    ['policies', () => '/policies'],
    ['create policy', () => '/policies/create'],
    ['imported actions', () => '/providers'],
    ['imported actions of a provider', () => '/providers/github'],
    ['import a document', () => '/providers/create'],
    ['webhooks', () => '/webhooks'],
    ['add webhook', () => '/webhooks/create'],
    ['a webhook', () => `/webhooks/${ids.webhook}/show`],
    ['edit a webhook', () => `/webhooks/${ids.webhook}`],
    ['webhook deliveries', () => '/webhook-deliveries'],
    ['a webhook delivery', () => `/webhook-deliveries/${ids.delivery}/show`],
    ['operators', () => '/operators'],
    ['an operator', () => `/operators/${ids.operator}/show`],
    ['invite operator', () => '/operators/create'],
    ['operator keys', () => '/operator-keys'],
    ['an operator key', () => `/operator-keys/${ids.operatorKey}/show`],
    ['make operator key', () => '/operator-keys/create'],
    ['my account', () => '/account'],
    ['a link without its secret', () => '/set-password'],
    ['connectors', () => '/connectors'],
    ['a connector', () => `/connectors/${ids.connector}/show`],
    ['the gallery of providers', () => '/connectors/create'],
    ['a search that finds none', () => '/connectors/create?search=carrier+pigeon'],
    ['add a provider', () => '/connectors/create?preset=zendesk'],
    ['add an API of one', () => '/connectors/create?preset=google&api=gmail'],
    ['add any server', () => '/connectors/create?preset=oauth2'],
    ['a connector that cannot be edited', () => `/connectors/${ids.connector}`],
    ['a user that does not exist', () => '/users/nobody/show'],
    ['no page at all', () => '/nowhere'],
  ])(
    '%s',
    async (_name, path) => {
      await visitor.open(await path());
      expect(await look()).toEqual(CLEAN);
    },
    SPEC_MS,
  );

  it(
    'dialogs, and the menu on a phone',
    async () => {
      await visitor.open(`/connections/${world.connectionId}/show`);
      await visitor.button('Disconnect').click();
      await visitor.page.getByRole('dialog').waitFor();
      expect(await violationsOf(visitor.page)).toEqual([]);
      await visitor.confirm('Cancel');

      const phone = await scene.owner('/', { viewport: PHONE });
      await phone.button('Open menu').click();
      await phone.page.getByRole('menuitem', { name: 'Tasks' }).waitFor();
      await phone.page.waitForTimeout(MOVING_MS);
      expect(await violationsOf(phone.page)).toEqual([]);
      await phone.page.getByRole('menuitem', { name: 'Tasks' }).click();
      await phone.heading('Tasks').waitFor();
      await phone.page.getByRole('menuitem', { name: 'Tasks' }).waitFor({ state: 'hidden' });
    },
    SPEC_MS,
  );
});
