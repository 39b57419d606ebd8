import type { Client } from '../../kit/index.js';
import { SPEC_MS, START_MS, type Scene } from '../scene.js';
import { stage } from '../stage.js';

let scene: Scene;
beforeAll(async () => {
  scene = await stage.scene();
}, START_MS);

/** A document that is none, and the page of a deleted import, which asks once more before it goes. */
const EXPECTED = [/^POST \/v1\/operator\/provider-previews 400$/, /operator\/providers\/github 404$/];

const parameters = ['owner', 'repo'].map((name) => ({ name, in: 'path', schema: { type: 'string' } }));
const topics = (summary: string) => ({
  openapi: '3.1.0',
  info: { title: 'GitHub topics', version: '1' },
  paths: {
    '/repos/{owner}/{repo}/topics': { parameters, get: { operationId: 'topics/list', summary } },
    '/repos/{owner}/{repo}/issues': {
      parameters,
      post: { operationId: 'issues/open', summary: 'Open an issue' },
    },
  },
});

/** Imports an action, for a look at the pages about it. */
export async function importTopics(operator: Client, more: object = {}): Promise<void> {
  const wanted = {
    provider: 'github',
    document: JSON.stringify(topics('List topics')),
    operations: [{ operation: 'topics/list', ...more }],
  };
  const { body } = await operator.post('/v1/operator/provider-previews', wanted);
  await operator.post('/v1/operator/providers', { ...wanted, digest: body.digest });
}

describe('an OpenAPI document', () => {
  it(
    'is read, chosen from, looked at, imported, imported again with the difference, and its actions deleted',
    async () => {
      const visitor = await scene.owner('/providers', { expected: EXPECTED });
      const { page } = visitor;
      await visitor.link('Import a document').first().click();
      await page.getByLabel('Provider').click();
      await page.getByRole('option', { name: 'GitHub' }).click();
      const text = page.getByLabel('Or its text, JSON or YAML');
      await text.fill('swagger: "2.0"');
      await visitor.button('Read the document').click();
      await page.getByText('convert it to OpenAPI 3.0 or 3.1').waitFor();

      await text.fill(JSON.stringify(topics('List topics')));
      await visitor.button('Read the document').click();
      await page.getByLabel('issues/open').check();
      await page.getByLabel('topics/list').check();
      await visitor.button('Look at the changes').click();
      await page.getByText('github.issues.create does the same; use that').waitFor();
      expect(await visitor.button('Put in force').isDisabled()).toBe(true);
      await page.getByLabel('issues/open').uncheck();
      await visitor.button('Look at the changes').click();
      await page.getByText('New · GET /repos/{owner}/{repo}/topics · read').waitFor();
      await visitor.button('Put in force').click();
      await visitor.heading('GitHub').waitFor();
      await page.getByText('github.topics.list').first().waitFor();

      await visitor.link('Import again').click();
      await page.getByLabel('OpenAPI document').setInputFiles({
        name: 'topics.json',
        mimeType: 'application/json',
        buffer: Buffer.from(JSON.stringify(topics('List all topics of a repository'))),
      });
      await visitor.button('Read the document').click();
      await page.getByText('1 of 2 chosen').waitFor();
      await visitor.button('Look at the changes').click();
      await page.getByText('title: List topics → List all topics of a repository').waitFor();
      await visitor.button('Put in force').click();
      await page.getByText('Import 2').waitFor();

      await visitor.button('Delete').click();
      await visitor.confirm('Delete actions');
      await page.getByText('No document is imported').waitFor();
    },
    SPEC_MS,
  );

  it(
    'keeps what was said of its operations when it is imported again',
    async () => {
      const { operator } = scene.stack;
      await importTopics(operator, { name: 'topics.all', effect: 'write' });
      const visitor = await scene.owner('/providers/create?provider=github', { expected: EXPECTED });
      const { page } = visitor;
      await page.getByLabel('Or its text, JSON or YAML').fill(JSON.stringify(topics('List topics')));
      await visitor.button('Read the document').click();
      await page.getByText('1 of 2 chosen').waitFor();
      await visitor.button('Look at the changes').click();
      await page.getByText('This is what is in force already.').waitFor();
      await operator.delete('/v1/operator/providers/github');
    },
    SPEC_MS,
  );
});
