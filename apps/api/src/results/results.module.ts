import { Module } from '@nestjs/common';
import { PoliciesModule } from '../policies/index.js';
import { KeptResults } from './kept-results.js';
import { KeptResultsRepository } from './kept-results.repository.js';
import { ResultsController } from './results.controller.js';

/** Outputs of actions that are too long for one answer: cut to a budget, kept for a while, read in parts. */
@Module({
  imports: [PoliciesModule],
  controllers: [ResultsController],
  providers: [KeptResults, KeptResultsRepository],
  exports: [KeptResults],
})
export class ResultsModule {}
