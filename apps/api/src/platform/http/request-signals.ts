import { addAbortSignal, Readable } from 'node:stream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../problems/index.js';
import { Changes } from '../sql/changes.js';
import { CredentialReaders } from './caller.guard.js';
import type { Caller, CallerRequest } from './caller.js';

/** How long an end without a notification stays unseen: one by time, or while the database is not heard. */
const LOOK_EVERY_MS = 5_000;

/** A request that is being answered, and the caller that the guard found. */
export interface AnsweredRequest {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly caller: Caller;
}

/**
 * The guard asks for authority when a request begins. This asks again on behalf of answers that take long: every body
 * that is streamed, and calls that wait for a person.
 */
@Injectable()
export class RequestSignals implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly credentials: CredentialReaders,
    private readonly changes: Changes,
  ) {}

  /** Breaks off a streamed body once its receiver has lost the authority to read it. */
  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onSend', async (request: CallerRequest, reply, body) => {
      const { caller } = request;
      if (caller && body instanceof Readable) addAbortSignal(this.of({ request, reply, caller }), body);
      return body;
    });
  }

  /** Fires when the client has gone before the answer was complete, or its credential has ended. Ends with the answer. */
  of(answered: AnsweredRequest): AbortSignal {
    const { raw } = answered.reply;
    const over = new AbortController();
    const end = (reason?: Problem) => {
      stopHearing();
      clearInterval(timer);
      if (!raw.writableFinished) over.abort(reason);
    };
    const look = () => void this.whyOver(answered).then((reason) => reason && end(reason));
    const stopHearing = this.changes.on('valetkey_authority', look);
    const timer = setInterval(look, LOOK_EVERY_MS).unref();
    raw.once('close', () => end());
    return over.signal;
  }

  /**
   * Why a request's credential is not its caller's any more; `undefined` while it is. A failure to read it is no answer:
   * the database may be away for a moment.
   */
  async whyOver({ request, caller }: Omit<AnsweredRequest, 'reply'>): Promise<Problem | undefined> {
    try {
      const now = await this.credentials.read(request);
      return isSame(now, caller) ? undefined : new Problem('invalid_credential');
    } catch (error) {
      return error instanceof Problem && error.status < 500 ? error : undefined;
    }
  }
}

function isSame(now: Caller, before: Caller): boolean {
  const role = (caller: Caller) => (caller.type === 'operator' ? caller.role : undefined);
  return now.type === before.type && now.id === before.id && role(now) === role(before);
}
