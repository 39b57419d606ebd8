import { All, Controller, Patch, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AuditsNothing } from '../audit/index.js';
import { AllowCallers, AsksInHandler, Undocumented } from '../platform/index.js';
import { notSupported, unsupportedAt, UNSUPPORTED_PATHS } from './unsupported.js';

const NOTHING = 'does nothing but say that it does not exist here, and what there is instead';

/** Answers requests for what Nango has and Valetkey has not, so that an app's developer reads why. */
@Undocumented()
@AllowCallers('agent')
@Controller()
export class UnsupportedController {
  @AuditsNothing(NOTHING)
  @AsksInHandler(NOTHING)
  @All(UNSUPPORTED_PATHS)
  unsupported(@Req() { url }: FastifyRequest): never {
    throw unsupportedAt(url);
  }

  @AuditsNothing(NOTHING)
  @AsksInHandler(NOTHING)
  @Post('connections')
  create(): never {
    throw notSupported(
      'making a connection with an agent key. Operators import with POST /v1/connections/import.',
    );
  }

  @AuditsNothing(NOTHING)
  @AsksInHandler(NOTHING)
  @Post('connections/metadata')
  setMetadata(): never {
    throw metadata();
  }

  @AuditsNothing(NOTHING)
  @AsksInHandler(NOTHING)
  @Patch('connections/metadata')
  updateMetadata(): never {
    throw metadata();
  }

  @AuditsNothing(NOTHING)
  @AsksInHandler(NOTHING)
  @Patch('connections/:id')
  patch(): never {
    throw notSupported(
      "tags and webhooks of a connection. Its user is the one whom the app's link was made for.",
    );
  }
}

const metadata = () =>
  notSupported('metadata of connections. Keep it in your own database, by the id of the connection.');
