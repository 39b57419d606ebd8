import { Controller, Get, Query } from '@nestjs/common';
import type { z } from 'zod';
import { auditPage, auditQuery, AuditsNothing } from '../audit/index.js';
import { AllowCallers, CurrentCaller, Documented, DocumentedUnder, type Caller } from '../platform/index.js';
import { historyEvent, UserHistory } from './user-history.js';

const historyPage = auditPage.extend({ data: historyEvent.array() });

@DocumentedUnder('account')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller()
export class UserHistoryController {
  constructor(private readonly history: UserHistory) {}

  @Get('my-account/audit-events')
  @AllowCallers('user')
  @Documented({
    summary: 'What agents, operators and Valetkey itself did for me, newest first',
    description:
      'Each event says in a sentence what happened. Where others called from, with which credential, and who another user was is left out. The page /connect/history shows the same to the user: send them there as to a connect link, by a form of your signed-in page that posts user_token and continue=history to /connect/session.',
    answer: historyPage,
  })
  mine(@Query({ schema: auditQuery }) query: z.output<typeof auditQuery>, @CurrentCaller() caller: Caller) {
    return this.history.byCursor(caller.id, query);
  }
}
