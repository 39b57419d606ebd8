import { jest } from '@jest/globals';

export { acmeDocument, ACME_TOKEN, startAcmeNotes, type AcmeNotes } from './acme-notes.js';
export { Browser, type Page } from './browser.js';
export { Client, type Answer } from './client.js';
export {
  APP_ORIGIN,
  connectAccount,
  consentFromPage,
  hostedConnect,
  openCallback,
  signInAtPage,
  startVerification,
  type Connecting,
} from './connect.js';
export { startImporting, type Importing } from './importing.js';
export { inlined, operationsOf, type Operation } from './description.js';
export { FOREIGN_ACCOUNT, startForeignProviders, type ForeignProviders } from './foreign-providers.js';
export { freePort } from './free-port.js';
export { layDocs } from './laid-docs.js';
export { keptResult } from './kept-result.js';
export { LeakHunt } from './leak-hunt.js';
export {
  legacyMcp,
  mcpHeaders,
  mcpMessage,
  modernMcp,
  type McpClient,
  type McpConnecting,
  type ToolResult,
} from './mcp.js';
export { startMcpProvider, type McpProvider } from './mcp-provider.js';
export { addOperator } from './operators.js';
export { query, startPostgres, type TestPostgres } from './postgres.js';
export { killTree, processTree } from './process-tree.js';
export { redisIsInstalled, startRedis, type TestRedis } from './redis.js';
export { hostedTrips, unfinishedTrips } from './secret-trips.js';
export {
  migratedDataDir,
  newDataDir,
  OPERATOR_KEY,
  OPERATOR_PASSWORD,
  runToEnd,
  startServer,
  type Exit,
  type Server,
} from './server.js';
export { callersOf, startStack, userClient, type Callers, type Stack, type TestAgent } from './stack.js';
export { inAMonth, untilTask } from './tasks.js';
export { agreedTrip, makeLink, withQuery, type Link, type Trip } from './trip.js';
export { APP_CALLBACK, startTwinFor, type TestTwin } from './twin.js';
export { until } from './until.js';
export { startRawUpstream, type RawUpstream } from './raw-upstream.js';
export { startUpstream, type Upstream } from './upstream.js';
export { vaultCommand } from './vault-command.js';

// Processes start, tasks wait for their next attempt: seconds, on a machine that does other things as well.
jest.setTimeout(240_000);
export { described, documentServer } from './client-documents.js';
export { OAuthByHand, type Granted } from './oauth-by-hand.js';
export { answerLetIn, LOOPBACK, openLetIn, OwnClient, type Choice } from './own-client.js';
export { totpCode } from './totp.js';
export { connectionIdOf, nangoClient, refusalOf } from './nango.js';
export { importCommand, startImport } from './import-command.js';
