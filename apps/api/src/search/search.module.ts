import { Module } from '@nestjs/common';
import { GatewayModule } from '../gateway/index.js';
import { FoundRecordsRepository } from './found-records.repository.js';
import { SearchController } from './search.controller.js';
import { SearchService } from './search.service.js';

/** One box in which operators find anything. It reads names and ids of all rooms, and none from it. */
@Module({
  imports: [GatewayModule],
  controllers: [SearchController],
  providers: [SearchService, FoundRecordsRepository],
})
export class SearchModule {}
