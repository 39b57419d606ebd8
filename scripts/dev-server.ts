/** A process of `npm run dev`: loads the packages that the server needs, and the server itself when it is told to. */
import { readFileSync } from 'node:fs';
import process from 'node:process';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

const OURS_OR_RARE = /^@(valetkey|aws-sdk)\//;

process.once('message', () => void import(new URL('../apps/api/dist/main.js', import.meta.url).href));
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));

const manifest = JSON.parse(readFileSync('apps/api/package.json', 'utf8')) as Manifest;
const names = Object.keys(manifest.dependencies).filter((name) => !OURS_OR_RARE.test(name));
// One that cannot be loaded by its name alone is loaded by the server.
await Promise.allSettled(names.map((name) => import(name)));
