import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Builds the parts of the product that a kind of specs runs, where they are older than their sources. Jest sets up only
 * the projects of which it runs a spec, so one unit spec waits for no compiler.
 */
export function buildIfNeeded(...parts) {
  const build = spawnSync(process.execPath, ['scripts/build.ts', '--if-needed', ...parts], {
    cwd: root,
    // Jest's own would make the dashboard one for development.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (build.status !== 0) throw new Error(`Specs cannot run: ${parts.join(', ')} could not be built.`);
}
