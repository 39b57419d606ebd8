import { Global, Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { RoutePolicies } from './http/asks.js';
import { CallerGuard, CredentialReaders } from './http/caller.guard.js';
import { OpenStreams } from './http/open-streams.js';
import { RequestSignals } from './http/request-signals.js';
import { RequestLimits } from './http/request-limits.js';
import { ProblemFilter } from './http/problem.filter.js';
import { validationPipe } from './http/validation.pipe.js';
import { Log } from './log/log.js';
import { Outgoing } from './outgoing/outgoing.js';
import { DATABASE_URL_TOKEN, PrismaService } from './prisma/prisma.service.js';
import { QueueEngine } from './queue/queue-engine.js';
import { Changes } from './sql/changes.js';
import { Sql } from './sql/sql.js';
import { Mailer } from './mail/mailer.js';
import { Clock, SystemClock } from './time/clock.js';
import { Jobs } from './time/jobs.js';

/**
 * The base of every room: settings, database client, log, clock, errors and the caller guard. It owns no row and
 * imports no room; it never decides what a caller may do, only that a route has declared it.
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
        Mailer,
        PrismaService,
        Sql,
        Changes,
        Outgoing,
        CredentialReaders,
        RoutePolicies,
        RequestLimits,
        OpenStreams,
        RequestSignals,
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
        Mailer,
        PrismaService,
        Sql,
        Changes,
        Outgoing,
        CredentialReaders,
        RoutePolicies,
        RequestLimits,
        OpenStreams,
        RequestSignals,
        ProblemFilter,
        QueueEngine,
        Jobs,
      ],
    };
  }
}
