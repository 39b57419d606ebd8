import type { FastifyReply } from 'fastify';
import { dropboxFaultAnswers } from '../dropbox/fault-answers.js';
import { githubFaultAnswers } from '../github/fault-answers.js';
import { googleFaultAnswers } from '../google/fault-answers.js';
import type { ProviderName } from '../provider-name.js';
import type { FaultAnswer, ProviderFaultAnswers } from './answer.js';
import type { Fault } from './fault.js';

const ANSWERS: Record<ProviderName, ProviderFaultAnswers> = {
  google: googleFaultAnswers,
  github: githubFaultAnswers,
  dropbox: dropboxFaultAnswers,
};

/** The answer that a fault stands for; undefined when it is no answer fault. */
export function faultAnswer(fault: Fault, nowMs: number): FaultAnswer | undefined {
  const words = ANSWERS[fault.provider];
  switch (fault.fault) {
    case 'rate_limited':
      return words.rateLimited(fault, nowMs);
    case 'server_error':
      return words.serverError(fault.status ?? 503);
    case 'invalid_grant':
      return words.invalidGrant(fault.description);
    case 'html':
      return {
        status: fault.status ?? 403,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: '<!doctype html><html><head><title>Request blocked</title></head><body><h1>Request blocked</h1><p>Our systems have detected unusual traffic.</p></body></html>',
      };
    case 'malformed_json':
      return {
        status: fault.status ?? 200,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: '{"access_token": "unfinis',
      };
    case 'empty_body':
      return { status: fault.status ?? 200, headers: { 'content-type': 'application/json' }, body: '' };
    default:
      return undefined;
  }
}

/** Writes a fault's answer over whatever the reply was. */
export function putAnswer(reply: FastifyReply, answer: FaultAnswer): string {
  reply.code(answer.status);
  reply.removeHeader('content-length');
  for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value);
  return answer.body;
}
