/**
 * npm run operators -- list              the operators, their roles and whether they can sign in
 * npm run operators -- reset EMAIL       a link on which that operator sets a new password, for when nobody can;
 *                                        using it removes the second factor
 *
 * In the image: node apps/api/dist/operators-command.js …, with the settings of the server. It works on the database
 * itself (DATABASE_URL, or the embedded one in VALETKEY_DATA_DIR, whose server may run or not), so no credential is
 * asked for: whoever reads the database and its keys needs none. What it does is on record.
 */
import process from 'node:process';
import type { INestApplication } from '@nestjs/common';
import { loadSettings, SettingsError, type Settings } from './config/index.js';
import { OperatorPasswords, OperatorsService } from './operators/index.js';
import { Problem } from './platform/index.js';
import { runningEmbeddedPostgres } from './platform/postgres/index.js';
import { createApplication } from './start/application.js';
import { openDatabase } from './start/database.js';

const USAGE = 'Usage: npm run operators -- list|reset EMAIL';
const COMMAND = { actor: { type: 'system', id: 'operators-command' } } as const;
const MOST_LISTED = 1_000;

async function withApplication(work: (app: INestApplication) => Promise<void>): Promise<void> {
  // Takes no job from the queue of the server that may run beside it.
  const settings: Settings = { ...loadSettings(process.env), role: 'api' };
  const running = settings.databaseUrl === undefined ? runningEmbeddedPostgres(settings.dataDir) : undefined;
  const database = running === undefined ? await openDatabase(settings) : undefined;
  try {
    const app = await createApplication(settings, running ?? database?.url ?? '');
    await app.init();
    await work(app).finally(() => app.close());
  } finally {
    await database?.close();
  }
}

async function list(app: INestApplication): Promise<void> {
  const sort = { field: 'email', direction: 'asc' } as const;
  const page = { filter: {}, skip: 0, take: MOST_LISTED, sort };
  const { rows } = await app.get(OperatorsService).listOperators(page);
  for (const { email, role, disabledAt, hasAccepted, lastSignInAt } of rows) {
    const status = disabledAt ? 'disabled' : hasAccepted ? 'active' : 'invited';
    process.stdout.write(
      `${email}  ${role}  ${status}  last sign-in: ${lastSignInAt?.toISOString() ?? 'never'}\n`,
    );
  }
}

async function reset(app: INestApplication, email: string): Promise<void> {
  const { url, until } = await app.get(OperatorPasswords).reset(email, COMMAND);
  process.stdout.write(
    `Open this link to set a new password. It works once, until ${until.toISOString()}:\n\n  ${url}\n\n` +
      'Using it ends their sessions and removes their second factor. Until then all is as it was.\n',
  );
}

const [name, email, ...more] = process.argv.slice(2);
const isList = name === 'list' && email === undefined;
if (!isList && (name !== 'reset' || email === undefined || more.length > 0)) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}
try {
  await withApplication((app) => (email === undefined ? list(app) : reset(app, email)));
  process.exit(0);
} catch (error) {
  if (!(error instanceof SettingsError) && !(error instanceof Problem)) throw error;
  const { code } = error as { code?: string };
  process.stderr.write(
    `operators: ${code === 'not_found' ? `there is no operator ${email}; see npm run operators -- list` : error.message}\n`,
  );
  process.exit(1);
}
