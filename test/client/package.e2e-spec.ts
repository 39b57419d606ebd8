/** The package @valetkey/client as npm would have it: what is in it, who can import it, how large it is. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { jest } from '@jest/globals';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGE = join(ROOT, 'libs/client');
const ROLLDOWN = join(ROOT, 'node_modules/rolldown/bin/cli.mjs');
const MOST_BYTES = 15_000;
const BUILD_MS = 120_000;

jest.setTimeout(BUILD_MS);

const manifest = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
let directory: string;
let tarball: Buffer;
let files: string[];
beforeAll(() => {
  const build = ['scripts/build.ts', '--if-needed', 'server', 'api-types', 'sdk'];
  execFileSync(process.execPath, build, { cwd: ROOT, stdio: 'inherit' });
  directory = mkdtempSync(join(tmpdir(), 'valetkey-package-'));
  const args = ['pack', '--json', '--pack-destination', directory, '-w', 'libs/client'];
  const [packed] = JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' }));
  tarball = readFileSync(join(directory, packed.filename));
  files = packed.files.map(({ path }: { path: string }) => path);
}, BUILD_MS);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('holds what is imported, the sources and the licence, and no specs', () => {
  expect(files).toEqual(
    expect.arrayContaining(['dist/index.js', 'dist/index.d.ts', 'src/index.ts', 'LICENSE']),
  );
  expect(files.filter((path) => /\.spec\.|tsbuildinfo|tsconfig/.test(path))).toEqual([]);
});

it('is found faultless by publint', async () => {
  const data = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength);
  const { messages } = await publint({ pack: { tarball: data as ArrayBuffer }, strict: true });
  expect(messages.map((message) => formatMessage(message, manifest))).toEqual([]);
});

it('has types that every way of resolving modules finds, but those that know no ES modules', async () => {
  const analysis = await checkPackage(createPackageFromTarballData(tarball));
  if (!analysis.types) throw new Error('no types');
  const faults = analysis.problems.filter(
    (problem) =>
      problem.kind !== 'CJSResolvesToESM' &&
      !('resolutionKind' in problem && problem.resolutionKind === 'node10'),
  );
  expect(faults).toEqual([]);
});

describe('its core in a bundle', () => {
  let code: string;
  beforeAll(() => {
    const file = join(directory, 'bundle.js');
    const input = [ROLLDOWN, join(PACKAGE, 'dist/index.js'), '--file', file];
    const options = ['--format', 'iife', '--name', 'client', '--platform', 'neutral', '--minify'];
    // In a process of its own: it takes no objects from the realm of a test.
    execFileSync(process.execPath, [...input, ...options], { cwd: ROOT, stdio: 'pipe' });
    code = readFileSync(file, 'utf8');
  });

  it('has 15 kB at most, compressed', () => {
    expect(gzipSync(code).length).toBeLessThanOrEqual(MOST_BYTES);
  });

  it('runs where there is nothing but the web platform', async () => {
    const server = createServer((request, response) => {
      response.end(JSON.stringify({ id: 'tsk_1', status: 'queued', asked: request.headers.authorization }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { AbortController, AbortSignal, Headers, Request, Response, TextDecoder, TextEncoder, URL } =
      globalThis;
    const platform = { fetch, crypto, atob, setTimeout, clearTimeout };
    const context = createContext({
      ...platform,
      ...{ AbortController, AbortSignal, Headers, Request, Response, TextDecoder, TextEncoder, URL },
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    });
    const script = `${code}; new client.Valetkey({ url, key: 'vk_agent_1' }).tasks.get('tsk_1').then(({ data }) => data)`;
    expect(await runInContext(script, context)).toMatchObject({ id: 'tsk_1', asked: 'Bearer vk_agent_1' });
    server.closeAllConnections();
    server.close();
  });
});
