import { Controller, Get, Query } from '@nestjs/common';
import { findProvider } from '@valetkey/providers';
import { z } from 'zod';
import { AuditsNothing } from '../../audit/index.js';
import {
  AllowCallers,
  Asks,
  CurrentCaller,
  Documented,
  DocumentedUnder,
  invalidInput,
  type Caller,
} from '../../platform/index.js';
import { userIdSchema } from '../../users/index.js';
import { READINESS } from '../action-readiness.js';
import { Catalogue, type Asker } from './catalogue.js';
import { STRICT_FORMATS, TOOL_FORMATS } from './tool-formats.js';

const listOf = (item: z.ZodType) => z.object({ data: z.array(item) });
const providerView = z.looseObject({
  id: z.string(),
  displayName: z.string(),
  targets: z.array(z.string()),
  actions: z.array(z.string()),
});

const effect = z.enum(['read', 'write', 'destructive']);
const readinessView = z.object({
  readiness: z
    .enum(READINESS)
    .describe(
      '`callable`: a run would work. `needs_authorization`: once the user has consented. `not_allowed`: only an operator can change that.',
    ),
  reason: z.string().optional().describe('What is in the way, as the code of the problem for it.'),
  connectionIds: z
    .array(z.string())
    .optional()
    .describe("The user's connections with which a run would work. Of several, a run must name one."),
});
const actionView = z.looseObject({
  id: z.string(),
  toolName: z.string().describe('Its name as a tool; a run takes either.'),
  provider: z.string(),
  title: z.string(),
  summary: z.string(),
  effect,
  scopes: z.array(z.string()),
  ...readinessView.partial().shape,
});

const actionQuery = z.object({
  userId: userIdSchema.optional().describe('Adds readiness for this user.'),
  q: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .describe('What somebody wants to do, in words: `send an e-mail`. The best fit comes first.'),
  provider: z
    .string()
    .max(100)
    .refine((id) => findProvider(id) !== undefined, 'is no provider that is known')
    .optional()
    .describe('Only actions of this provider.'),
  effect: effect.optional().describe('Only actions with this effect.'),
  scope: z.string().min(1).max(200).optional().describe('Only actions that need this scope.'),
  readiness: z.enum(READINESS).optional().describe('Only actions that are this for the user.'),
  limit: z.coerce.number().int().min(1).max(200).optional().describe('So many at most.'),
});
type ActionQuery = z.output<typeof actionQuery>;
const toolQuery = actionQuery.extend({
  format: z
    .enum(TOOL_FORMATS)
    .default('mcp')
    .describe('Whose tool definitions: those in `data` may be passed on as they are.'),
  strict: z
    .enum(['true', 'false'])
    .default('false')
    .describe(
      `For a model that is held to the schema: every member required, null for what is left out. Known to ${STRICT_FORMATS.join(', ')}.`,
    ),
});

/** The catalogue of actions. Readiness says how a run would be answered; nothing is run. */
@DocumentedUnder('gateway')
@Controller('v1')
@AuditsNothing('shows the catalogue and what a user could call; it calls nobody')
export class CatalogueController {
  constructor(private readonly catalogue: Catalogue) {}

  @Asks('provider.list', 'nobody')
  @Get('providers')
  @AllowCallers('agent', 'user', 'operator')
  @Documented({
    summary: 'List providers, their scopes and the connectors that serve them',
    answer: listOf(providerView),
  })
  async providers() {
    return { data: await this.catalogue.providers() };
  }

  @Asks('action.list', 'query')
  @Get('actions')
  @AllowCallers('agent', 'user', 'operator')
  @Documented({
    summary: 'List or search actions, with their input and output schemas',
    answer: listOf(actionView),
  })
  async actions(@Query({ schema: actionQuery }) query: ActionQuery, @CurrentCaller() caller: Caller) {
    return { data: await this.catalogue.actions(query, askerOf(caller, query)) };
  }

  @Asks('tool.list', 'query')
  @Get('tools')
  @AllowCallers('agent', 'user', 'operator')
  @Documented({
    summary: 'List or search actions as tools for a language model',
    answer: listOf(z.looseObject({})).extend({
      readiness: z.record(z.string(), readinessView).optional().describe('By the name of the tool.'),
    }),
  })
  async tools(
    @Query({ schema: toolQuery }) query: z.output<typeof toolQuery>,
    @CurrentCaller() caller: Caller,
  ) {
    const { format } = query;
    const strict = query.strict === 'true';
    if (strict && !STRICT_FORMATS.includes(format))
      throw invalidInput(`strict: ${format} has no strict mode; ${STRICT_FORMATS.join(', ')} have`);
    return this.catalogue.tools({ format, strict }, query, askerOf(caller, query));
  }
}

/** Users ask for themselves; operators run nothing and so have no readiness. */
function askerOf(caller: Caller, query: ActionQuery): Asker | undefined {
  const userId = caller.type === 'user' ? caller.id : query.userId;
  if (caller.type !== 'operator' && userId !== undefined)
    return { principal: { type: caller.type, id: caller.id }, userId };
  if (query.readiness === undefined) return undefined;
  throw invalidInput('readiness: name a userId, as an agent or a user');
}
