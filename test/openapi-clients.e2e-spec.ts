import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { operationsOf, startStack, type Operation, type Stack } from './kit/index.js';

const CHECK = fileURLToPath(new URL('../scripts/check-openapi.ts', import.meta.url));
const LINT_MS = 240_000;

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly items?: Schema;
}

interface Body {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

let stack: Stack;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the description, judged by the specs
let document: any;
let operations: Operation[];

beforeAll(async () => {
  stack = await startStack();
  ({ body: document } = await stack.server.anonymous.get('/openapi.json'));
  operations = operationsOf(document);
});
afterAll(() => stack.close());

describe('/openapi.json, for those who make clients from it', () => {
  it(
    'is found faultless by Redocly and Spectral, without a warning',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'valetkey-openapi-'));
      const file = join(directory, 'openapi.json');
      writeFileSync(file, JSON.stringify(document));
      const check = promisify(execFile)(process.execPath, [CHECK, file]);
      const { stdout, stderr } = await check.catch((failure: { stdout: string; stderr: string }) => failure);
      rmSync(directory, { recursive: true });
      expect([stderr, stdout]).toEqual(['', expect.stringMatching(/^\d{3} operations, 0 faults\n$/)]);
    },
    LINT_MS,
  );

  it('calls operations and schemas what a programmer would', () => {
    const ids = operations.map(({ description }) => description.operationId as string);
    expect(ids.filter((id) => !/^[a-z]+(?:[A-Z][a-z]*)+$/.test(id) && !/^sign(?:In|Out)$/.test(id))).toEqual(
      [],
    );
    const names = Object.keys(document.components.schemas);
    expect(names.filter((name) => !/^(?:[A-Z][a-z]+)+$/.test(name))).toEqual([]);
    expect(names).toEqual(
      expect.arrayContaining(['Agent', 'AuditEvent', 'Connection', 'Policy', 'Problem', 'Task', 'TaskList']),
    );
  });

  it('refers to a named schema wherever a body holds an object', () => {
    const unnamed = operations.flatMap(({ name, description: { requestBody, responses } }) =>
      [requestBody, ...Object.values<Body>(responses)].flatMap((body: Body | undefined) => {
        const schema = body?.content?.['application/json']?.schema as Schema | undefined;
        const one = schema?.type === 'array' ? schema.items : schema;
        return one && one.$ref === undefined && one.type !== 'null' ? [name] : [];
      }),
    );
    expect(unnamed).toEqual([]);
  });

  it('lists every code of a problem where clients branch on it', () => {
    const codes = operations.flatMap(({ problems }) => [...problems.values()].flat());
    const { code } = document.components.schemas.Problem.properties;
    expect(code.enum).toEqual([...new Set(codes)].sort());
  });

  it.each([
    ['GithubIssuesCreate', 'github.issues.create', 'title'],
    ['GithubPullsCreate', 'github.pulls.create', 'head'],
    ['GmailMessagesSend', 'gmail.messages.send', 'to'],
    ['GoogleCalendarEventsCreate', 'google-calendar.events.create', 'start'],
    ['GoogleDriveFilesGet', 'google-drive.files.get', 'fileId'],
    ['DropboxFilesDownload', 'dropbox.files.download', 'path'],
  ])('types what %s takes', (name, action, member) => {
    const { ActionInput, ActionOutput, ActionName, ...schemas } = document.components.schemas;
    expect(schemas[`${name}Input`].properties).toHaveProperty([member]);
    expect(ActionName.enum).toEqual(expect.arrayContaining([action, action.replaceAll('.', '__')]));
    expect(ActionInput.anyOf).toContainEqual({ $ref: `#/components/schemas/${name}Input` });
    expect(ActionOutput.anyOf).toContainEqual({ $ref: `#/components/schemas/${name}Output` });
    for (const request of ['RunActionRequest', 'CreateTaskRequest'])
      expect(schemas[request].properties.input.anyOf).toContainEqual({
        $ref: '#/components/schemas/ActionInput',
      });
  });

  it('has no pattern that only JavaScript reads', () => {
    const patterns = [...JSON.stringify(document).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)];
    expect(patterns.length).toBeGreaterThan(5);
    expect(patterns.map(([, text = '']) => text).filter((text) => /\\[pPkuc]|\(\?[<=!]/.test(text))).toEqual(
      [],
    );
  });
});
