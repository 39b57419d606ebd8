import { z } from 'zod';
import { providerErrorCodes } from '../core/provider-error.js';
import { actionFaults } from './action-faults.js';
import { setAction } from './set-action.js';

const MOST_ACTIONS = 60;

/** A failure as the provider's documentation shows it, so that a machine can compare what it means. */
const failure = z.strictObject({
  of: z.string().describe('The name of an action.'),
  status: z.int().min(200).max(599),
  headers: z.record(z.string(), z.string()).default({}),
  answer: z.unknown(),
  means: z.enum(providerErrorCodes),
  scopes: z.array(z.string()).optional().describe('Those that the user is asked for.'),
});

/** The actions of one provider of the catalogue, as its file says them. */
const shape = z.strictObject({
  provider: z.string().describe('The id of its entry in the catalogue, which is the name of the file.'),
  tried: z
    .enum(['knowledge', 'documentation', 'server'])
    .describe(
      'knowledge: not compared with the documentation again. documentation: believed, and not tried against the real server.',
    ),
  actions: z.array(setAction).min(1).max(MOST_ACTIONS),
  failures: z.array(failure).min(1).max(20),
});

export type ActionSet = z.output<typeof shape>;

/** The schema of a file: its members, and the rules over several of them. */
export const actionSet = shape.superRefine(({ provider, actions, failures, tried }, context) => {
  const fault = (at: readonly (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path: [...at], message });
  const names = actions.map(({ name }) => name.toLowerCase());
  for (const [index, one] of actions.entries()) {
    for (const [at, message] of actionFaults(one, provider)) fault(['actions', index, ...at], message);
    if (names.indexOf(one.name.toLowerCase()) < index) fault(['actions', index, 'name'], 'is there twice');
  }
  for (const [index, { of }] of failures.entries())
    if (!actions.some(({ name }) => name === of))
      fault(['failures', index, 'of'], 'is no action of this file');
  if (tried === 'documentation' && actions.every(({ documentation }) => documentation.read === undefined))
    fault(['tried'], 'says documentation, and none of it was read');
});

/** The JSON Schema of a file of actions, for editors. */
export function actionSetJsonSchema(): Record<string, unknown> {
  const title = 'Actions of a provider in the catalogue of Valetkey';
  return { ...z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }), title };
}
