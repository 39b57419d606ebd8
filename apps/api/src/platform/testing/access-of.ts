import 'reflect-metadata';
import { ACCESS, type Access } from '../http/caller.js';

/** The access that a handler, or its controller, declares. */
export function accessOf(handler: object, controller: object): Access | undefined {
  return [handler, controller]
    .map((target) => Reflect.getMetadata(ACCESS, target) as Access | undefined)
    .find((access) => access !== undefined);
}
