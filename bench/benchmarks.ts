import { action } from './action.js';
import type { Benchmark } from './kit/benchmark.js';
import { auditList } from './audit-list.js';
import { auditVerify } from './audit-verify.js';
import { chaos } from './chaos.js';
import { connect } from './connect.js';
import { eventLoop } from './event-loop.js';
import { mcp } from './mcp.js';
import { memory } from './memory.js';
import { processes } from './processes.js';
import { proxy } from './proxy.js';
import { rewrap } from './rewrap.js';
import { start } from './start.js';
import { tokenStorm } from './storm.js';
import { tasks } from './tasks.js';
import { tokenRead } from './token-read.js';

/** Every benchmark, in the order in which they run. A new one is a file of its own and a line here. */
export const BENCHMARKS: readonly Benchmark[] = [
  tokenRead,
  processes,
  tokenStorm,
  proxy,
  action,
  mcp,
  auditList,
  connect,
  tasks,
  chaos,
  start,
  rewrap,
  memory,
  eventLoop,
  auditVerify,
];
