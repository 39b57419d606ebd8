import { Global, Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { RoutePolicies } from './http/asks.js';
import { CallerGuard, CredentialReaders } from './http/caller.guard.js';
import { OpenStreams } from './http/open-streams.js';
import { RequestLimits } from './http/request-limits.js';
import { ProblemFilter } from './http/problem.filter.js';
import { validationPipe } from './http/validation.pipe.js';
import { Log } from './log/log.js';
import { Outgoing } from './outgoing/outgoing.js';
import { DATABASE_URL_TOKEN, PrismaService } from './prisma/prisma.service.js';
import { QueueEngine } from './queue/queue-engine.js';
import { Changes } from './sql/changes.js';
import { Sql } from './sql/sql.js';
import { Clock, SystemClock } from './time/clock.js';
import { Jobs } from './time/jobs.js';

/**
 * What every room stands on: settings, database client, log, clock, errors and the guard at the door.
 * It owns no row and knows no room; it never decides who may do what, only that a route has said it.
 */
@Global()
@Module({})
export class PlatformModule {
  static with(settings: Settings, databaseUrl: string): DynamicModule {
    const log = new Log(settings.logLevel);
    return {
      module: PlatformModule,
      providers: [
        { provide: SETTINGS_TOKEN, useValue: settings },
        { provide: DATABASE_URL_TOKEN, useValue: databaseUrl },
        { provide: Log, useValue: log },
        { provide: Clock, useClass: SystemClock },
        PrismaService,
        Sql,
        Changes,
        Outgoing,
        CredentialReaders,
        RoutePolicies,
        RequestLimits,
        OpenStreams,
        QueueEngine,
        Jobs,
        ProblemFilter,
        { provide: APP_FILTER, useExisting: ProblemFilter },
        { provide: APP_GUARD, useClass: CallerGuard },
        { provide: APP_PIPE, useFactory: validationPipe },
      ],
      exports: [
        SETTINGS_TOKEN,
        DATABASE_URL_TOKEN,
        Log,
        Clock,
        PrismaService,
        Sql,
        Changes,
        Outgoing,
        CredentialReaders,
        RoutePolicies,
        OpenStreams,
        ProblemFilter,
        QueueEngine,
        Jobs,
      ],
    };
  }
}
