/** Runs the conformance suite of MCP, and reads what it stored. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const MAIN = import.meta.resolve('@modelcontextprotocol/conformance/dist/index.js');
/** Where the package is. */
export const SUITE_DIRECTORY = new URL('../', MAIN);

/** One check of a scenario. */
export interface Check {
  readonly id: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  readonly errorMessage?: string;
}

/** Neither failed nor warned of. Skipped are checks of what a server does not say that it can. */
export const isPassed = ({ status }: Check) => status !== 'FAILURE' && status !== 'WARNING';

/** Results are named by these and the scenario. */
const PREFIXES = { server: 'server-', authorization: 'authorization-server-' } as const;

/** Runs one of its commands. Gives the checks by scenario. @throws Error when it played none */
export async function runSuite(
  command: keyof typeof PREFIXES,
  args: readonly string[],
): Promise<ReadonlyMap<string, readonly Check[]>> {
  const directory = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    const output = await ended([fileURLToPath(MAIN), command, ...args, '--output-dir', directory]);
    const played = readdirSync(directory);
    if (played.length === 0) throw new Error(`the suite played nothing:\n${output}`);
    return new Map(
      played.map((name) => [
        name.replace(/-\d{4}-\d\d-\d\dT.*$/, '').slice(PREFIXES[command].length),
        JSON.parse(readFileSync(join(directory, name, 'checks.json'), 'utf8')) as Check[],
      ]),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** It ends with 1 where a check failed, which the caller judges. */
function ended(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { maxBuffer: 64 << 20 }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}
