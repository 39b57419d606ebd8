import { applyDecorators } from '@nestjs/common';
import { Problem } from '../problems/index.js';
import { DocumentedNote } from './api-description.js';
import { configure, type Caller, type StepUpRule } from './caller.js';

/** Marks a route, and its operation in the description, as one that wants a proof of late. */
export const STEPS_UP = 'x-valetkey-steps-up';

function declare(stepsUp: StepUpRule): MethodDecorator {
  return applyDecorators(
    (_target: object, _key: string | symbol, { value }: PropertyDescriptor) =>
      configure(value as object, { stepsUp }),
    DocumentedNote(STEPS_UP, true),
  );
}

/**
 * Step-up: asks a session at the dashboard to have proven its person lately (RFC 9470 has the idea for tokens). It says
 * nothing to other callers: a key has no person.
 */
export const StepUp = () => declare('always');

/** The handler asks with {@link requireStepUp}; `when` is for the reader and for the spec that walks all routes. */
export const StepUpInHandler = (when: string) => declare({ inHandlerWhen: when });

/**
 * A question and no denial, so it is not on record: the proof that follows is, right or wrong.
 * @throws Problem 403 `step_up_required` for a session at the dashboard whose last proof is too old
 */
export function requireStepUp(caller: Caller): void {
  if (caller.type !== 'operator' || !caller.proof || caller.proof.isFresh) return;
  const { maxAge } = caller.proof;
  throw new Problem('step_up_required', { minutes: maxAge / 60, maxAge });
}
