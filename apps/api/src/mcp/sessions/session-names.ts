import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../../connections/index.js';
import { Catalogue } from '../../gateway/index.js';
import { invalidInput, shortened, type SessionScope } from '../../platform/index.js';
import type { Narrower } from './session.js';

/** Names in scopes as they are stored: ids of actions and providers, and connections of the user. */
@Injectable()
export class SessionNames {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly connections: ConnectionsService,
  ) {}

  /** @throws Problem 400 for names that are no tools; 404 for a connection that is not this user's */
  async checked(scope: SessionScope, userId: string): Promise<SessionScope> {
    const { allow, deny, pinned } = scope.tools;
    await this.requireConnections(scope.connections, userId);
    return {
      ...scope,
      tools: {
        ...(allow ? { allow: this.ids('allow', allow) } : {}),
        deny: this.ids('deny', deny),
        pinned: this.ids('pinned', pinned),
      },
    };
  }

  async checkedChange({ tools = {}, connections }: Narrower, userId: string): Promise<Narrower> {
    await this.requireConnections(connections, userId);
    const ids = Object.entries(tools).flatMap(([member, names]) =>
      names ? [[member, this.ids(member, names)] as const] : [],
    );
    return { tools: Object.fromEntries(ids), connections };
  }

  private async requireConnections(ids: readonly string[] | undefined, userId: string): Promise<void> {
    for (const id of ids ?? []) await this.connections.getConnection(id, userId);
  }

  private ids(member: string, names: readonly string[]): string[] {
    return names.map((name) => {
      const id = this.catalogue.idOf(name);
      if (id === undefined)
        throw invalidInput(`tools.${member}: ${shortened(name)} is no tool, action or provider`);
      return id;
    });
  }
}
