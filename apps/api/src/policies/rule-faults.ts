import { Injectable } from '@nestjs/common';
import { Cache } from '../platform/index.js';
import { faultOf } from './rule-fault.js';
import { PolicyVocabulary } from './vocabulary.js';

const MOST_KEPT = 1_000;

/** The faults of rules, cached by their text while the names that there are stay the same: finding them takes close to a tenth of a second. */
@Injectable()
export class RuleFaults {
  private readonly known = new Cache<Promise<string | undefined>>({ most: MOST_KEPT });

  constructor(private readonly vocabulary: PolicyVocabulary) {}

  /** `undefined`: the rule can be used. */
  of(text: string): Promise<string | undefined> {
    const key = `${this.vocabulary.revision} ${text}`;
    const known = this.known.get(key);
    if (known) return known;
    const found = faultOf(text, this.vocabulary);
    this.known.set(key, found);
    found.catch(() => this.known.delete(key));
    return found;
  }
}
