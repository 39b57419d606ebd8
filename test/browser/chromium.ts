import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));
const INSTALLED = ['chromium', 'google-chrome', 'google-chrome-stable'];
const INSTALLED_ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A Chromium and what its process needs to be told. */
export interface ChromiumBinary {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Starts a headless Chromium: the one that `CHROMIUM_PATH` names, else an installed one, else the one
 * inside the npm package `@sparticuz/chromium`, which brings its libraries and a font along.
 */
export async function launchChromium(): Promise<Browser> {
  const failures: string[] = [];
  for (const find of candidates()) {
    try {
      const { executablePath, env } = find();
      return await chromium.launch({
        executablePath,
        args: FLAGS,
        env: { ...(process.env as Record<string, string>), ...env },
      });
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  throw new Error(`no Chromium starts; set CHROMIUM_PATH to one that does\n${failures.join('\n')}`);
}

function candidates(): (() => ChromiumBinary)[] {
  const named = process.env['CHROMIUM_PATH'];
  if (named) return [() => ({ executablePath: named, env: {} })];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const paths = [
    ...INSTALLED.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...INSTALLED_ELSEWHERE,
  ];
  const installed = paths.find(isExecutable);
  return [...(installed ? [() => ({ executablePath: installed, env: {} })] : []), packagedChromium];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Unpacks the browser of `@sparticuz/chromium` once, into a folder beside the package and not a shared one. */
export function packagedChromium(): ChromiumBinary {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('@sparticuz/chromium carries a browser for Linux on x64 only');
  const manifest = readFileSync(join(MODULES, '@sparticuz/chromium/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const folder = join(MODULES, '.cache', `valetkey-chromium-${version}`);
  if (!existsSync(folder)) unpackTo(folder);
  return {
    executablePath: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: join(folder, 'al2023/lib'), FONTCONFIG_FILE: join(folder, 'fonts.conf') },
  };
}

/** The package unpacks into the temporary folder, and its libraries only where it takes itself to be in a Lambda. */
const UNPACK = `
  const { default: chromium } = await import('@sparticuz/chromium');
  await chromium.executablePath();
`;

function unpackTo(folder: string): void {
  mkdirSync(join(folder, '..'), { recursive: true });
  const staging = mkdtempSync(`${folder}-`);
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', UNPACK], {
    cwd: MODULES,
    env: { PATH: process.env['PATH'], TMPDIR: staging, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`@sparticuz/chromium could not be unpacked: ${stderr}`);
  writeFileSync(join(staging, 'fonts.conf'), fontsConf(folder));
  try {
    renameSync(staging, folder);
  } catch (error) {
    // Another process was faster: its copy is as good.
    rmSync(staging, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

function fontsConf(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>${folder}/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`;
}
