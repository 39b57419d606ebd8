import { Injectable } from '@nestjs/common';
import {
  actionJsonSchema,
  allProviders,
  findAction,
  findProvider,
  toolName,
  type Action,
} from '@valetkey/providers';
import { ConnectorsService } from '../../connectors/index.js';
import type { Principal } from '../../policies/index.js';
import { ActionReadiness, type Readiness } from '../action-readiness.js';
import { ActionSearch } from './action-search.js';
import { asTool, type ToolFormat } from './tool-formats.js';

/** Conditions that actions must match; without any, all do. */
export interface ActionFilter {
  /** A task in the caller's words. The best match comes first. */
  readonly q?: string | undefined;
  readonly provider?: string | undefined;
  readonly effect?: Action['effect'] | undefined;
  /** A scope that the action needs. */
  readonly scope?: string | undefined;
  readonly readiness?: Readiness['readiness'] | undefined;
  readonly limit?: number | undefined;
}

/** The format of tools. */
export interface ToolStyle {
  readonly format: ToolFormat;
  readonly strict: boolean;
}

/** The principal and the user whose readiness is asked for. */
export interface Asker {
  readonly principal: Principal;
  readonly userId: string;
}

interface Entry {
  readonly action: Action;
  readonly readiness?: Readiness;
}

/** The catalogue of actions, for people and for language models. */
@Injectable()
export class Catalogue {
  private readonly made = new WeakMap<Action, Map<string, ReturnType<typeof asTool>>>();

  constructor(
    private readonly connectors: ConnectorsService,
    private readonly search: ActionSearch,
    private readonly readiness: ActionReadiness,
  ) {}

  async providers() {
    return Promise.all(
      allProviders().map(async (provider) => ({
        id: provider.id,
        displayName: provider.displayName,
        targets: (await this.connectors.forProvider(provider)).map(({ target }) => target),
        scopes: Object.entries(provider.scopes).map(([name, { description }]) => ({ name, description })),
        actions: provider.actions.map(({ id }) => id),
      })),
    );
  }

  async actions(filter: ActionFilter, asker: Asker | undefined) {
    return (await this.entries(filter, asker)).map(({ action, readiness }) => ({
      id: action.id,
      toolName: toolName(action),
      provider: action.provider,
      title: action.title,
      summary: action.summary,
      effect: action.effect,
      scopes: action.scopes,
      ...actionJsonSchema(action),
      ...readiness,
    }));
  }

  /** Tools in the format of a model's API; our own facts about them are listed beside them, by name. */
  async tools({ format, strict }: ToolStyle, filter: ActionFilter, asker: Asker | undefined) {
    const entries = await this.entries(filter, asker);
    const judged = entries.flatMap(({ action, readiness }) =>
      readiness ? [[toolName(action), readiness] as const] : [],
    );
    return {
      data: entries.map(({ action }) => this.asTool(action, format, strict)),
      ...(asker ? { readiness: Object.fromEntries(judged) } : {}),
    };
  }

  /** Actions by a part of their id or title, then by all words of what they do. */
  actionsNamed(text: string, limit: number): Action[] {
    const part = text.toLowerCase();
    const named = allProviders()
      .flatMap(({ actions }) => [...actions])
      .filter(({ id, title }) => id.includes(part) || title.toLowerCase().includes(part));
    const meant = this.search.holdingAll(text).flatMap((id) => findAction(id) ?? []);
    return [...new Set([...named, ...meant])].slice(0, limit);
  }

  /** The id of an action or a provider, by any of its names. */
  idOf(name: string): string | undefined {
    return findAction(name)?.id ?? findProvider(name)?.id;
  }

  /** The id of the action that models call by this name. */
  actionOfTool(name: string): string | undefined {
    const action = findAction(name);
    return action && toolName(action) === name ? action.id : undefined;
  }

  /** Definitions change only with their action, and making one takes a walk over its schemas. */
  private asTool(action: Action, format: ToolFormat, strict: boolean): ReturnType<typeof asTool> {
    const key = `${format} ${strict}`;
    const ofAction = this.made.get(action) ?? new Map<string, ReturnType<typeof asTool>>();
    const known = ofAction.get(key) ?? asTool(action, format, strict);
    this.made.set(action, ofAction.set(key, known));
    return known;
  }

  private async entries(filter: ActionFilter, asker: Asker | undefined): Promise<Entry[]> {
    const actions = this.matching(filter);
    const judge = asker && this.readiness.of(asker.principal, asker.userId);
    const entries: Entry[] = judge
      ? await Promise.all(actions.map(async (action) => ({ action, readiness: await judge(action) })))
      : actions.map((action) => ({ action }));
    const wanted = entries.filter(
      ({ readiness }) => filter.readiness === undefined || readiness?.readiness === filter.readiness,
    );
    return wanted.slice(0, filter.limit);
  }

  private matching({ q, provider, effect, scope }: ActionFilter): Action[] {
    const actions =
      q === undefined
        ? allProviders().flatMap((one) => [...one.actions])
        : this.search.ranked(q).flatMap((id) => findAction(id) ?? []);
    return actions.filter(
      (action) =>
        (provider === undefined || action.provider === provider) &&
        (effect === undefined || action.effect === effect) &&
        (scope === undefined || action.scopes.includes(scope)),
    );
  }
}
