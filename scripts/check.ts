/**
 * npm run check
 *
 * Linter, format and no code twice, and beside them types and the rules on imports, over every file. Ends with a
 * non-zero status when any of them reports something.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';

const LANES = [
  ['lint', 'check:format', 'check:duplicates'],
  ['check:types', 'check:deps'],
];

async function passes(script: string): Promise<boolean> {
  const [code] = await once(spawn('npm', ['run', '-s', script], { stdio: 'inherit' }), 'exit');
  if (code !== 0) process.stderr.write(`npm run ${script} failed.\n`);
  return code === 0;
}

async function allPass(scripts: readonly string[]): Promise<boolean> {
  for (const script of scripts) if (!(await passes(script))) return false;
  return true;
}

const results = await Promise.all(LANES.map(allPass));
process.exit(results.every(Boolean) ? 0 : 1);
