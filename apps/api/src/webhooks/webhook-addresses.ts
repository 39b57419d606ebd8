import { Inject, Injectable } from '@nestjs/common';
import type { Agent } from 'undici';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { inputProblem, isLoopbackHost, Outgoing } from '../platform/index.js';

const CONNECT_MS = 5_000;
const CONNECTIONS = 16;

/**
 * Where messages may be sent: public addresses over https, and hosts of `VALETKEY_PRIVATE_HOSTS`. This machine only while
 * developing, unless it is listed: the delivery log shows what a receiver answers.
 */
@Injectable()
export class WebhookAddresses {
  private readonly thisMachine: boolean;

  constructor(
    private readonly outgoing: Outgoing,
    @Inject(SETTINGS_TOKEN) settings: Settings,
  ) {
    this.thisMachine = !settings.production;
  }

  /** @throws Problem 400 `invalid_input` that names the member `url` */
  require(text: string): void {
    const fault = URL.canParse(text) ? this.faultOf(new URL(text)) : 'must be a URL';
    if (fault !== undefined) throw inputProblem([{ path: 'url', message: fault }]);
  }

  /** Connections to receivers; a name is judged by the address that it has when it is connected to. */
  pool(): Agent {
    const { thisMachine } = this;
    return this.outgoing.agent({ connections: CONNECTIONS, connectMs: CONNECT_MS, thisMachine });
  }

  private faultOf({ protocol, hostname, username, password, hash }: URL): string | undefined {
    if (username !== '' || password !== '') return 'must hold no user or password';
    if (hash !== '') return 'must have no fragment';
    if (!this.outgoing.mayBe(hostname, this.thisMachine))
      return 'is at an address that is not sent to; VALETKEY_PRIVATE_HOSTS names hosts of your own network';
    const mayBePlain = isLoopbackHost(hostname) || this.outgoing.isPrivate(hostname);
    if (protocol === 'https:' || (protocol === 'http:' && mayBePlain)) return undefined;
    return 'must start with https://; http:// is for this machine and hosts of VALETKEY_PRIVATE_HOSTS';
  }
}
