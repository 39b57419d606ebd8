import { Injectable } from '@nestjs/common';
import { allProviders, findAction, type Action } from '@valetkey/providers';
import MiniSearch from 'minisearch';

/** Spellings that people use for what our texts call otherwise. */
const SPELLINGS: readonly (readonly [pattern: RegExp, spelling: string])[] = [
  [/\be-mails?\b/gi, 'email mail'],
  [/\bemails?\b/gi, 'email mail'],
  [/\bPRs?\b/g, 'pull request'],
  [/\brepos?\b/gi, 'repository'],
  [/\bmeetings?\b/gi, 'meeting event'],
  [/\b(?:schedule|book)\b/gi, 'schedule book create'],
  [/\b(?:invite|guest)s?\b/gi, 'invite guest attendee'],
];

/** Words that say nothing about an action. */
const FILLERS = new Set(
  'a an and are as at be by for from i in is it its me my of on or that the their them this to was what which who with you your'.split(
    ' ',
  ),
);

const spelt = (text: string): string =>
  SPELLINGS.reduce((result, [pattern, spelling]) => result.replace(pattern, spelling), text);

/** One form for singular and plural, as far as a letter tells. */
const stem = (word: string): string =>
  word.length > 4 && word.endsWith('ies') ? `${word.slice(0, -3)}y` : word.replace(/(?<=[^s]{3})s$/, '');

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly provider: string;
}

/** Finds actions by what a person or a model wants to do, the best fit first. */
@Injectable()
export class ActionSearch {
  private made:
    { readonly of: ReturnType<typeof allProviders>; readonly index: MiniSearch<Entry> } | undefined;

  /** Made anew when the actions are others. */
  private get index(): MiniSearch<Entry> {
    const of = allProviders();
    if (this.made?.of !== of) this.made = { of, index: indexOf(of) };
    return this.made.index;
  }

  /** Ids of the actions that hold every word, or of those that hold some where none holds all; a full id leads. */
  ranked(text: string): string[] {
    const all = this.holdingAll(text);
    const ids = all.length > 0 ? all : this.index.search(text).map(({ id }) => String(id));
    const named = findAction(text);
    return named ? [named.id, ...ids.filter((id) => id !== named.id)] : ids;
  }

  /** Ids of the actions that hold every word. */
  holdingAll(text: string): string[] {
    return this.index.search(text, { combineWith: 'AND' }).map(({ id }) => String(id));
  }
}

function indexOf(providers: ReturnType<typeof allProviders>): MiniSearch<Entry> {
  const index = new MiniSearch<Entry>({
    fields: ['name', 'title', 'summary', 'provider'],
    tokenize: (text) =>
      spelt(text)
        .split(/[^\p{L}\p{N}]+/u)
        .filter(Boolean),
    processTerm: (term) => {
      const word = term.toLowerCase();
      return FILLERS.has(word) ? null : stem(word);
    },
    searchOptions: {
      boost: { title: 3, name: 2, provider: 1 },
      prefix: (term) => term.length > 2,
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
    },
  });
  index.addAll(
    providers.flatMap((provider) =>
      provider.actions.map((action) => ({ ...entryOf(action), provider: provider.displayName })),
    ),
  );
  return index;
}

function entryOf({ id, name, title, summary }: Action) {
  return { id, name, title, summary };
}
