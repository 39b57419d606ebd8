import type { Readable } from 'node:stream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';

export const PROXY_PREFIX = '/v1/proxy/';

/** A body on its way through, as it came. */
export interface ProxiedBody {
  readonly stream: Readable;
  readonly contentType: string | undefined;
  /** Bytes, when the caller said how many. */
  readonly length: number | undefined;
}

/**
 * Keeps the body of a proxied request from being parsed. Fastify reads no body where no header speaks of one, so those
 * headers are set aside before it looks.
 */
@Injectable()
export class ProxiedBodies implements OnModuleInit {
  private readonly bodies = new WeakMap<FastifyRequest, ProxiedBody>();
  private readonly prefixes = [PROXY_PREFIX];

  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onRequest', (request, _reply, done) => {
      if (this.prefixes.some((prefix) => request.raw.url?.startsWith(prefix))) this.setAside(request);
      done();
    });
  }

  /** Another address under which requests are proxied. */
  alsoBelow(prefix: string): void {
    this.prefixes.push(prefix);
  }

  /** The body of this request; `undefined` when it has none. */
  of(request: FastifyRequest): ProxiedBody | undefined {
    return this.bodies.get(request);
  }

  private setAside(request: FastifyRequest): void {
    const { headers } = request.raw;
    const contentLength = headers['content-length'];
    const length = contentLength === undefined ? undefined : Number(contentLength);
    const hasBody = headers['transfer-encoding'] !== undefined || (length ?? 0) > 0;
    if (hasBody)
      this.bodies.set(request, { stream: request.raw, contentType: headers['content-type'], length });
    Object.assign(headers, {
      'content-type': undefined,
      'content-length': undefined,
      'transfer-encoding': undefined,
    });
  }
}
