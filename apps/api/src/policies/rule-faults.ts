import { Injectable } from '@nestjs/common';
import { Cache } from '../platform/index.js';
import { faultOf } from './rule-fault.js';
import { PolicyVocabulary } from './vocabulary.js';

const MOST_KEPT = 1_000;

/** The faults of rules, cached by their text: finding them takes close to a tenth of a second. */
@Injectable()
export class RuleFaults {
  private readonly known = new Cache<Promise<string | undefined>>({ most: MOST_KEPT });

  constructor(private readonly vocabulary: PolicyVocabulary) {}

  /** `undefined`: the rule can be used. */
  of(text: string): Promise<string | undefined> {
    const known = this.known.get(text);
    if (known) return known;
    const found = faultOf(text, this.vocabulary);
    this.known.set(text, found);
    found.catch(() => this.known.delete(text));
    return found;
  }
}
