import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { Agent, buildConnector } from 'undici';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import { Log } from '../log/log.js';
import { mayConnect } from './address-rules.js';

/** What a connection ends with that was not made for where its host leads. Nothing has left. */
export const PRIVATE_ADDRESS = 'ERR_PRIVATE_ADDRESS';

/** A host is at an address where no provider is: in a network of our own, at this machine, at its cloud's credentials. */
class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
  readonly code = PRIVATE_ADDRESS;

  constructor() {
    super('the host is at an address that is not connected to');
  }
}

type Resolve = (
  hostname: string,
  options: LookupOptions & { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Connections to servers of others that carry users' tokens or our client secrets. The address is judged when it is
 * connected to, so that no answer of a name server leads into a network of our own, whatever it answered before.
 */
@Injectable()
export class Outgoing {
  /** Who is asked for the addresses of a name. */
  resolve: Resolve = systemLookup;
  private readonly privateHosts: ReadonlySet<string>;

  constructor(
    @Inject(SETTINGS_TOKEN) settings: Settings,
    private readonly log: Log,
  ) {
    this.privateHosts = new Set(settings.privateHosts);
  }

  /** A pool whose connections are judged; a refused one fails with the code `PRIVATE_ADDRESS`. */
  agent({ connectMs, ...options }: Omit<Agent.Options, 'connect'> & { readonly connectMs: number }): Agent {
    const connect = buildConnector({ timeout: connectMs, lookup: this.lookup });
    return new Agent({
      ...options,
      // Nobody looks up an address that is written as one.
      connect: (target, callback) =>
        isIP(target.hostname) === 0 || this.isAllowed(target.hostname, target.hostname)
          ? connect(target, callback)
          : callback(this.refusal(target.hostname), null),
    });
  }

  private readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '', 0);
      const allowed = found.filter(({ address }) => this.isAllowed(hostname, address));
      const [first] = allowed;
      if (!first) return callback(this.refusal(hostname), '', 0);
      return options.all ? callback(null, allowed) : callback(null, first.address, first.family);
    });
  };

  private isAllowed(hostname: string, address: string): boolean {
    return mayConnect(hostname, address, this.privateHosts);
  }

  private refusal(host: string): PrivateAddressError {
    this.log.warn('not connected: the host is at a private address and not in VALETKEY_PRIVATE_HOSTS', {
      host,
    });
    return new PrivateAddressError();
  }
}
