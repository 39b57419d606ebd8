import { Injectable } from '@nestjs/common';

/** Rows of another room that an event rests on, and how they stood when they were read. */
export interface Precondition {
  /** Names the rows, by the words of their room. */
  readonly subject: readonly [string, string];
  /** Another text once they have changed. */
  readonly standing: string;
}

/** The SQL expression that tells how the rows of a subject stand, from the expressions of its two words. */
export type StandingExpression = (first: string, second: string) => string;

/** The room whose rows events may rest on says here how the database tells their standing. */
@Injectable()
export class Preconditions {
  private expression: StandingExpression | undefined;

  register(expression: StandingExpression): void {
    if (this.expression) throw new Error('the rows that events may rest on are those of one room');
    this.expression = expression;
  }

  get standing(): StandingExpression {
    if (!this.expression) throw new Error('no room has rows that events may rest on');
    return this.expression;
  }
}
