import { effectiveBaseUrls, type BaseUrls } from '../core/base-urls.js';
import { forwardedUrl } from '../core/forward.js';
import type { Provider } from '../core/provider.js';
import { findProvider } from '../registry.js';
import { judgeRequest, routeRequest, type JudgedRequest } from '../requests/judge-request.js';

/** The optional parts of a request. */
export interface Sent {
  readonly body?: unknown;
  readonly type?: string;
  readonly encoding?: string;
  readonly isWhole?: boolean;
  readonly base?: 'apiBaseUrl' | 'uploadBaseUrl' | 'contentBaseUrl';
}

/** Judges a request to `<provider> <METHOD> <path>`, below an operator's own base. */
export function judged(request: string, sent: Sent = {}): JudgedRequest {
  const [id = '', method = '', target = ''] = request.split(' ');
  const provider = findProvider(id);
  if (!provider) throw new Error(id);
  const { body, type = 'application/json', encoding, isWhole = true, base = 'apiBaseUrl' } = sent;
  const bases = operatorsBases(provider);
  const routed = routeRequest(provider, bases, method, forwardedUrl(provider, bases, base, target));
  const bytes = Buffer.from(
    typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body ?? null),
  );
  const headers = { 'content-type': type, ...(encoding ? { 'content-encoding': encoding } : {}) };
  return judgeRequest(routed, { headers, body: body === undefined ? undefined : { bytes, isWhole } });
}

/** The bases of a provider as an operator may have set them. */
function operatorsBases(provider: Provider): BaseUrls {
  return effectiveBaseUrls(provider, {
    apiBaseUrl: 'http://localhost:9/twin/api',
    uploadBaseUrl: provider.uploadBaseUrl && 'http://localhost:9/twin/uploads',
    contentBaseUrl: provider.contentBaseUrl && 'http://localhost:9/twin/content',
  });
}
