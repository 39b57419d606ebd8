import { Injectable } from '@nestjs/common';
import type { AskedSubject, AskedThing } from '../platform/index.js';

type Find = (id: string) => Promise<AskedSubject | undefined>;

/** The rooms that own connections, authorizations and tasks say here whose they are. */
@Injectable()
export class Subjects {
  private readonly finders = new Map<AskedThing, Find>();

  register(thing: AskedThing, find: Find): void {
    this.finders.set(thing, find);
  }

  /** `undefined`: there is none with this id. */
  async findSubject(thing: AskedThing, id: string): Promise<AskedSubject | undefined> {
    const find = this.finders.get(thing);
    if (!find) throw new Error(`nobody says whose a ${thing} is`);
    return find(id);
  }
}
