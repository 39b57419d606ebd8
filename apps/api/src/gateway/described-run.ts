import { findAction, previewOf } from '@valetkey/providers';
import { DISCONNECT, disconnectAction, previewOfDisconnection } from './disconnect/disconnection.js';
import { previewOfHeld, proxiedProvider, proxyAction } from './proxy/held-request.js';

/** A run in plain words, for the person who has to agree to it. */
export interface DescribedRun {
  /** Of the action. */
  readonly title: string;
  /** Says who receives it, what is deleted: made from the arguments. */
  readonly preview: string;
}

export function describeRun(actionId: string, input: unknown): DescribedRun {
  if (actionId === DISCONNECT)
    return { title: disconnectAction.title, preview: previewOfDisconnection(input) };
  const proxied = proxiedProvider(actionId);
  if (proxied) return { title: proxyAction(proxied, 'write').title, preview: previewOfHeld(proxied, input) };
  return { title: findAction(actionId)?.title ?? actionId, preview: previewOf(actionId, input) };
}
