import { Module } from '@nestjs/common';
import { PoliciesService } from './policies.service.js';

/**
 * Decides which agent may run which action for whom. It runs nothing and knows no token; a refusal is recorded
 * before the caller hears it.
 */
@Module({ providers: [PoliciesService], exports: [PoliciesService] })
export class PoliciesModule {}
