import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { Agent, buildConnector } from 'undici';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import { Log } from '../log/log.js';
import { mayConnect } from './address-rules.js';

/**
 * Code of the error of a connection that was refused because its host resolves to a private address. No byte was sent.
 */
export const PRIVATE_ADDRESS = 'ERR_PRIVATE_ADDRESS';

/**
 * The host resolves to an address where no provider is: in a private network, at this machine, at its cloud's metadata
 * service.
 */
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
 * Connections to other servers that carry users' tokens or our client secrets. The address is checked when the
 * connection is made, so that no DNS answer leads into a private network, whatever an earlier one was.
 */
@Injectable()
export class Outgoing {
  /** Resolves the addresses of a name; specs replace it. */
  resolve: Resolve = systemLookup;
  private readonly privateHosts: ReadonlySet<string>;

  constructor(
    @Inject(SETTINGS_TOKEN) settings: Settings,
    private readonly log: Log,
  ) {
    this.privateHosts = new Set(settings.privateHosts);
  }

  /** A pool whose connections are checked; a refused one fails with the code `PRIVATE_ADDRESS`. */
  agent({ connectMs, ...options }: Omit<Agent.Options, 'connect'> & { readonly connectMs: number }): Agent {
    const connect = buildConnector({ timeout: connectMs, lookup: this.lookup });
    return new Agent({
      ...options,
      // A literal address is not looked up, so it is checked here.
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
