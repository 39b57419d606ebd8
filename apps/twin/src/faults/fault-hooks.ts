import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CallLog } from '../control/call-log.js';
import { formOf, queryOf } from '../oauth/request-form.js';
import { providerOfPath } from '../provider-name.js';
import { hashSecret } from '../randomness.js';
import type { World } from '../world.js';
import type { ActiveFaults } from './active-faults.js';
import type { Fault } from './fault.js';
import { TOKEN_FAULTS, UPLOAD_FAULTS } from './fault.js';
import { faultAnswer, putAnswer } from './fault-answers.js';

const TOKEN_PATHS = new Set([
  '/google/token',
  '/github/login/oauth/access_token',
  '/dropbox/api/oauth2/token',
  '/dropbox/oauth2/token',
]);
const SECRET_PARAMETERS = /upload_id|token|secret|code|state|nonce|verifier|ticket|raw/i;

/** The parts that the hooks work with. */
export interface HookParts {
  world: World;
  calls: CallLog;
  faults: ActiveFaults;
}

/** Counts every provider call and applies the faults. */
export function registerFaultHooks(app: FastifyInstance, parts: HookParts): void {
  app.decorateRequest('notes', undefined);
  app.addHook('onRequest', async (request) => noteArrival(parts, request));
  app.addHook('preHandler', async (request, reply) => strikeBefore(parts, request, reply));
  app.addHook('onSend', async (request, reply, payload) => {
    reply.header('date', new Date(parts.world.now()).toUTCString());
    if (request.method !== 'GET') parts.world.persist();
    return strikeAfter(parts, request, reply, payload);
  });
  app.addHook('onResponse', async (request, reply) => {
    const call = request.notes?.call;
    if (!call || call.status !== undefined) return;
    call.status = reply.statusCode;
    call.durationMs = Math.round(reply.elapsedTime);
  });
}

function noteArrival({ world, calls }: HookParts, request: FastifyRequest): void {
  const path = pathOf(request);
  const provider = providerOfPath(path);
  if (!provider) return;
  const bearer = /^(?:bearer|token)\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const query = Object.entries(queryOf(request)).filter(([name]) => !SECRET_PARAMETERS.test(name));
  const call = calls.add({
    at: world.isoNow(),
    provider,
    method: request.method,
    path,
    query: Object.fromEntries(query) as Record<string, string>,
    faults: [],
    ...(bearer ? { tokenHash: shortHash(bearer) } : {}),
  });
  request.notes = { provider, call, tokenFaults: [], uploadFaults: [] };
}

async function strikeBefore(parts: HookParts, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { notes } = request;
  if (!notes) return;
  noteForm(request);
  const { call, provider } = notes;
  const faults = parts.faults.take({
    provider,
    path: call.path,
    method: call.method,
    grantType: call.grantType,
    isTokenRequest: TOKEN_PATHS.has(call.path) && call.method === 'POST',
  });
  call.faults = faults.map((fault) => fault.fault);
  for (const fault of faults) {
    if (TOKEN_FAULTS.has(fault.fault)) notes.tokenFaults.push(fault);
    else if (UPLOAD_FAULTS.has(fault.fault)) notes.uploadFaults.push(fault);
    else if (fault.fault === 'answer_lost' || ('afterEffect' in fault && fault.afterEffect))
      notes.afterwards = fault;
    else if (await replaced(parts, fault, request, reply)) return;
  }
}

/** Applies one fault before the work; true when the request is answered (or never will be). */
async function replaced(
  { world }: HookParts,
  fault: Fault,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  if (fault.fault === 'slow') {
    await sleep(fault.delayMs);
    return false;
  }
  if (fault.fault === 'hang') {
    reply.hijack();
    return true;
  }
  if (fault.fault === 'connection_reset') {
    cut(request, reply);
    return true;
  }
  const answer = faultAnswer(fault, world.now());
  if (!answer) return false;
  await reply.send(putAnswer(reply, answer));
  return true;
}

async function strikeAfter(
  { world }: HookParts,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  const fault = request.notes?.afterwards;
  if (!fault) return payload;
  if (fault.fault === 'answer_lost') {
    cut(request, reply);
    return payload;
  }
  if (fault.fault === 'slow') {
    await sleep(fault.delayMs);
    return payload;
  }
  const answer = faultAnswer(fault, world.now());
  return answer ? putAnswer(reply, answer) : payload;
}

function cut(request: FastifyRequest, reply: FastifyReply): void {
  if (request.notes) request.notes.call.status = 0;
  reply.hijack();
  request.raw.socket.resetAndDestroy();
}

function noteForm(request: FastifyRequest): void {
  const call = request.notes?.call;
  if (!call) return;
  const form = formOf(request);
  if (TOKEN_PATHS.has(call.path)) {
    call.grantType = form.grant_type ?? queryOf(request).grant_type ?? 'authorization_code';
    call.clientId = form.client_id;
  }
  const token = form.refresh_token ?? (call.path.endsWith('/revoke') ? form.token : undefined);
  if (token) call.tokenHash = shortHash(token);
}

function shortHash(token: string): string {
  return hashSecret(token).slice(0, 16);
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0] ?? request.url;
}
