import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { faultSchema } from '../faults/fault.js';
import { queryOf } from '../oauth/request-form.js';
import {
  clientChangeSchema,
  clockSchema,
  newClientSchema,
  redirectUrisSchema,
  selectionSchema,
  signInSchema,
} from './control-schemas.js';
import type { TwinControl } from './twin-control.js';
import { ControlError } from './twin-control.js';

/** Everything under `/control`: for tests and demos, so without authentication and for loopback only. */
export async function registerControl(app: FastifyInstance, control: TwinControl): Promise<void> {
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    if (error instanceof z.ZodError) return reply.code(400).send({ error: z.prettifyError(error) });
    const status = error instanceof ControlError ? error.status : (error.statusCode ?? 500);
    return reply.code(status).send({ error: error.message });
  });
  registerObservation(app, control);
  registerFaults(app, control);
  registerSteering(app, control);
}

function registerObservation(app: FastifyInstance, control: TwinControl): void {
  app.get('/control/calls', (request) => ({ calls: control.calls(queryOf(request)) }));
  app.delete('/control/calls', (_request, reply) => {
    control.clearCalls();
    return reply.code(204).send();
  });
  app.get('/control/state', () => control.state());
  app.get('/control/health', () => ({ ready: true }));
}

function registerFaults(app: FastifyInstance, control: TwinControl): void {
  app.get('/control/faults', () => ({ faults: control.faults() }));
  app.post('/control/faults', (request, reply) =>
    reply.code(201).send(control.addFault(parse(faultSchema, request))),
  );
  app.delete('/control/faults', (_request, reply) => {
    control.clearFaults();
    return reply.code(204).send();
  });
  app.delete('/control/faults/:id', (request, reply) => {
    control.clearFaults((request.params as { id: string }).id);
    return reply.code(204).send();
  });
}

function registerSteering(app: FastifyInstance, control: TwinControl): void {
  app.post('/control/reset', async (_request, reply) => {
    await control.reset();
    return reply.code(204).send();
  });
  app.post('/control/clock', (request) => control.advanceClock(parse(clockSchema, request).advanceMs));
  app.get('/control/clients', () => ({ clients: control.clients() }));
  app.post('/control/clients', (request, reply) =>
    reply.code(201).send(control.addClient(parse(newClientSchema, request))),
  );
  app.patch('/control/clients/:id', (request) =>
    control.updateClient((request.params as { id: string }).id, parse(clientChangeSchema, request)),
  );
  app.post('/control/redirect-uris', (request) => {
    const { redirectUris, clientId } = parse(redirectUrisSchema, request);
    return { clients: control.registerRedirectUri(redirectUris, clientId) };
  });
  app.post('/control/tokens/expire', (request) => ({
    expired: control.expireTokens(parse(selectionSchema, request)),
  }));
  app.post('/control/tokens/revoke', (request) => ({
    revokedGrants: control.revokeTokens(parse(selectionSchema, request)),
  }));
  app.post('/control/sign-in', (request, reply) => {
    const { provider, account } = parse(signInSchema, request);
    control.signIn(provider, account);
    return reply.code(204).send();
  });
  app.post('/control/sync-tokens/expire', (_request, reply) => {
    control.expireSyncTokens();
    return reply.code(204).send();
  });
}

function parse<T extends z.ZodType>(schema: T, request: FastifyRequest): z.infer<T> {
  return schema.parse(request.body ?? {});
}
