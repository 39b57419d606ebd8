/**
 * npm run new:provider -- acme-notes
 *
 * Writes libs/providers/src/acme-notes with one action and a line in the registry: a provider that passes the
 * conformance suite, to be filled with what is true of the real one. CONTRIBUTING.md says how.
 */
import process from 'node:process';
import { scaffoldProvider } from './provider-scaffold.ts';

const SOURCE = 'libs/providers/src';

const [id] = process.argv.slice(2);
if (!id) {
  console.error('Usage: npm run new:provider -- name-with-hyphens');
  process.exit(1);
}
try {
  const { written, registry } = await scaffoldProvider(SOURCE, id);
  console.log([...written, `${registry} (one line)`].join('\n'));
  console.log(`\nNow fill it in, and let the suite judge:
  npm test -- ${SOURCE}/${id}`);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
