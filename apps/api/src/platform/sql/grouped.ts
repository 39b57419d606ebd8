import { isUnstorableText } from '../prisma/prisma.service.js';
import { nextTurn } from '../time/next-turn.js';

interface Waiting<Ask, Answer> {
  readonly ask: Ask;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

const LARGEST_GROUP = 500;

/**
 * Batches requests to the database: while one round trip is under way, further requests wait for the next. No request
 * is answered by a round trip that began before it.
 */
export class Grouped<Ask, Answer> {
  private waiting: Waiting<Ask, Answer>[] = [];
  private underWay = 0;
  private readonly sendSoon = nextTurn(() => void this.send());

  /** `answerAll` returns one answer for each request, in order; `atOnce` round trips may be under way. */
  constructor(
    private readonly answerAll: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
    private readonly atOnce: number,
  ) {}

  ask(ask: Ask): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ ask, resolve, reject });
      this.schedule();
    });
  }

  /** Deferred by one turn of the event loop, so that requests that arrive together are sent together. */
  private schedule(): void {
    if (this.underWay < this.atOnce && this.waiting.length > 0) this.sendSoon();
  }

  private async send(): Promise<void> {
    const group = this.waiting.splice(0, LARGEST_GROUP);
    this.underWay++;
    this.schedule();
    await this.answerGroup(group);
    this.underWay--;
    this.schedule();
  }

  private async answerGroup(group: readonly Waiting<Ask, Answer>[]): Promise<void> {
    try {
      const answers = await this.answerAll(group.map(({ ask }) => ask));
      group.forEach(({ resolve }, index) => resolve(answers[index] as Answer));
    } catch (error) {
      if (group.length === 1) return group[0]?.reject(error);
      // One request that the database refuses is no reason to refuse the others; two are taken for an outage, unless
      // what they asked with is what it cannot hold: that would let a caller have others refused.
      let refused = 0;
      for (const entry of group) {
        if (refused > 1) entry.reject(error);
        else if (await this.isRefusedAlone(entry)) refused++;
      }
    }
  }

  /** Whether the database does not answer, for another reason than the texts of this request. */
  private async isRefusedAlone({ ask, resolve, reject }: Waiting<Ask, Answer>): Promise<boolean> {
    try {
      resolve((await this.answerAll([ask]))[0] as Answer);
      return false;
    } catch (error) {
      reject(error);
      return !isUnstorableText(error);
    }
  }
}
