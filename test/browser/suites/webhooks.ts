import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SPEC_MS, START_MS, type Scene } from '../scene.js';
import { stage } from '../stage.js';

/** An address in a private network, which the form is to refuse. */
const EXPECTED = [/^POST \/v1\/operator\/webhooks 400$/, /^GET \/v1\/operator\/webhooks\/\S+ 404$/];

let scene: Scene;
let receiver: Server;
let status = 204;
beforeAll(async () => {
  scene = await stage.scene();
  receiver = createServer((request, response) => {
    request.resume();
    response.writeHead(status).end(status === 204 ? undefined : 'no such table: orders');
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
}, START_MS);
afterAll(() => {
  receiver.closeAllConnections();
  receiver.close();
});

const url = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`;

describe('a webhook', () => {
  it(
    'is added with a secret that is shown once, tried out, its secret rotated, and deleted',
    async () => {
      const visitor = await scene.owner('/webhooks', { expected: EXPECTED });
      const { page } = visitor;
      await visitor.link('Add webhook').first().click();
      await page.getByLabel('Address').fill('https://10.0.0.1/hooks');
      await page.getByLabel('Name (optional)').fill('Order system');
      await visitor.button('Add webhook').click();
      await page.getByText('is at an address that is not sent to').waitFor();
      await page.getByLabel('Address').fill(url());
      await page.getByLabel('Told of all events').click();
      await page.getByLabel('task.failed').click();
      await visitor.button('Add webhook').click();
      const secret = await page.getByRole('dialog').getByLabel('Webhook secret').inputValue();
      expect(secret).toMatch(/^whsec_/);
      await page.keyboard.press('Escape');
      await visitor.confirm('I have stored the secret');
      await visitor.heading('Order system').waitFor();
      await visitor.settled();
      expect(await page.content()).not.toContain(secret);
      await page.getByText('task.failed').waitFor();

      await visitor.button('Rotate').click();
      await visitor.confirm('Rotate secret');
      await visitor.confirm('I have stored the secret');
      await page.getByLabel('Former public key').waitFor();

      status = 500;
      await visitor.button('Send test').click();
      await visitor.heading('webhook.test').waitFor();
      await page.locator('[data-status="failed"]').first().waitFor();
      await page.getByText('no such table: orders').waitFor();
      status = 204;
      await visitor.button('Send again').click();
      await page.getByText('Answered 204').waitFor();
      await page.locator('dd').locator('[data-status="succeeded"]').waitFor();

      await page.locator('dd').getByRole('link').click();
      await visitor.heading('Order system').waitFor();
      await visitor.button('Disable').click();
      await visitor.confirm('Disable webhook');
      await page.locator('[data-status="disabled"]').waitFor();
      await visitor.button('Enable').click();
      await page.locator('[data-status="working"]').waitFor();
      await visitor.link('Edit').click();
      await page.getByLabel('Told of all events').click();
      await visitor.button('Save changes').click();
      await page.getByText('All events, later types too').waitFor();

      await visitor.button('Delete').click();
      await visitor.confirm('Delete webhook');
      await visitor.heading('Webhooks').waitFor();
      await visitor.settled();
      expect(await visitor.text()).not.toContain('Order system');
    },
    SPEC_MS,
  );
});
