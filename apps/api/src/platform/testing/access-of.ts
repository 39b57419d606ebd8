import 'reflect-metadata';
import { ACCESS, type Access } from '../http/caller.js';

/** What a handler, or the controller that it is in, declares about who may call it. */
export function accessOf(handler: object, controller: object): Access | undefined {
  return [handler, controller]
    .map((target) => Reflect.getMetadata(ACCESS, target) as Access | undefined)
    .find((access) => access !== undefined);
}
