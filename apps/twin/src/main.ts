import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { connectorsFileFor } from './connectors-file.js';
import { startTwin } from './twin.js';

const HELP = `usage: twin [--port 0] [--host 127.0.0.1] [--state FILE] [--redirect-uri URI]...
            [--connectors-file FILE] [--exit-with-parent]
`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    state: { type: 'string' },
    'redirect-uri': { type: 'string', multiple: true, default: [] },
    'connectors-file': { type: 'string' },
    'exit-with-parent': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(HELP);
} else {
  await run();
}

async function run(): Promise<void> {
  const twin = await startTwin({
    port: Number(values.port),
    host: values.host,
    stateFile: values.state,
    redirectUris: values['redirect-uri'],
  });
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void twin.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  if (values['exit-with-parent']) process.stdin.resume().once('end', stop).once('close', stop);
  const connectorsPath = values['connectors-file'];
  if (connectorsPath) {
    writeFileSync(connectorsPath, JSON.stringify(connectorsFileFor(twin.url), null, 2), { mode: 0o600 });
  }
  process.stdout.write(`${JSON.stringify({ ready: true, url: twin.url })}\n`);
}
