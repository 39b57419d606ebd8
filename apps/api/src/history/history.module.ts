import { Module } from '@nestjs/common';
import { AuthorizationsModule } from '../authorizations/index.js';
import { RevocationsModule } from '../revocations/index.js';
import { ConnectionsModule } from '../connections/index.js';
import { ConnectorsModule } from '../connectors/index.js';
import { AgentsModule } from '../agents/index.js';
import { HistoryPageController } from './history-page.controller.js';
import { UserAccounts } from './user-accounts.js';
import { UserHistory } from './user-history.js';
import { UserHistoryController } from './user-history.controller.js';

/** The history of a user, for that user: as a page, and as an API. */
@Module({
  imports: [AuthorizationsModule, RevocationsModule, ConnectionsModule, ConnectorsModule, AgentsModule],
  controllers: [HistoryPageController, UserHistoryController],
  providers: [UserHistory, UserAccounts],
})
export class HistoryModule {}
