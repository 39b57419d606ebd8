import cors, { type FastifyCorsOptions } from '@fastify/cors';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { RedirectUris } from '../authorizations/index.js';

/** The Account API in both spellings, and what a user token opens under /v1. */
const FOR_USERS = /^\/(?:(?:api\/)?my-account|api\/verifications?|v1(?!\/operator))\//;

/** A user token is a JWT (RFC 7519, section 3); agent and operator keys have no dots. */
const USER_TOKEN = /^Bearer +[\w-]+\.[\w-]+\.[\w-]+$/i;

/** How long a browser need not ask again, in seconds. */
const PREFLIGHT_S = 600;

const CLOSED: FastifyCorsOptions = { origin: false };
const OPEN: FastifyCorsOptions = {
  origin: true,
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  exposedHeaders: [
    'Valetkey-Error',
    'WWW-Authenticate',
    'Retry-After',
    'ETag',
    'Link',
    'Location',
    'Content-Disposition',
    'Content-Range',
    'Accept-Ranges',
  ],
  maxAge: PREFLIGHT_S,
  // An OPTIONS that is no preflight is answered like any other method that a route does not have.
  strictPreflight: false,
};

/**
 * Lets pages of calling apps, those with a redirect URI here, call us from a browser with a user token
 * (https://fetch.spec.whatwg.org/#http-cors-protocol). What an agent key or a cookie opens, no other origin can read: a
 * key does not belong into a page, and cookies are never allowed along.
 */
export async function allowCallingApps(app: NestFastifyApplication): Promise<void> {
  const redirectUris = app.get(RedirectUris);
  await app.register(cors, {
    delegator: (request, done) => done(null, isOpen(request, redirectUris) ? OPEN : CLOSED),
  });
}

function isOpen({ url, headers }: FastifyRequest, redirectUris: RedirectUris): boolean {
  const { origin, authorization } = headers;
  if (origin === undefined || !FOR_USERS.test(url)) return false;
  if (authorization !== undefined && !USER_TOKEN.test(authorization)) return false;
  return redirectUris.allowsOrigin(origin);
}
