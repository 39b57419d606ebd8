/**
 * node scripts/run-readme.ts PART...
 *
 * Runs the README's commands: every `sh` block below a `<!-- ci: PART -->` of one of the named parts, in order and in
 * one shell, so that CI notices when the README lies.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';

const parts = process.argv.slice(2);
const blocks = [...readFileSync('README.md', 'utf8').matchAll(/<!-- ci: (\w+) -->\s+```sh\n([\s\S]*?)```/g)]
  .filter(([, part]) => parts.includes(part ?? ''))
  .map(([, , commands]) => commands);
if (parts.length === 0 || blocks.length === 0) {
  console.error(`README.md has no commands for ${parts.join(', ') || 'no part'}.`);
  process.exit(1);
}
const { status } = spawnSync('bash', ['-euo', 'pipefail', '-c', blocks.join('\n')], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
process.exit(status ?? 1);
