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

/** Bounds of a pool. */
type PoolOptions = Omit<Agent.Options, 'connect'> & {
  readonly connectMs: number;
  /** Whether `localhost` may be connected to without being in `VALETKEY_PRIVATE_HOSTS`; it may if left out. */
  readonly thisMachine?: boolean;
};

/**
 * Connections to servers whose addresses come from outside of the code: providers, and who is told of events. The address is checked when the
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
  agent({ connectMs, thisMachine = true, ...options }: PoolOptions): Agent {
    const connect = buildConnector({ timeout: connectMs, lookup: this.lookup(thisMachine) });
    return new Agent({
      ...options,
      // A literal address is not looked up, so it is checked here.
      connect: (target, callback) =>
        this.mayBe(target.hostname, thisMachine)
          ? connect(target, callback)
          : callback(this.refusal(target.hostname), null),
    });
  }

  /**
   * Whether a host may be connected to as far as its spelling tells: an address is judged, a name when it is resolved.
   * @param hostname as a URL has it
   */
  mayBe(hostname: string, thisMachine = true): boolean {
    const address = hostname.replace(/^\[|\]$/g, '');
    if (isIP(address) !== 0) return mayConnect(address, address, this.privateHosts, thisMachine);
    return address !== 'localhost' || thisMachine || this.isPrivate(address);
  }

  /** Whether `VALETKEY_PRIVATE_HOSTS` names the host. */
  isPrivate(hostname: string): boolean {
    return this.privateHosts.has(hostname.replace(/^\[|\]$/g, ''));
  }

  private lookup(thisMachine: boolean): LookupFunction {
    return (hostname, options, callback) => {
      this.resolve(hostname, { ...options, all: true }, (error, found) => {
        if (error) return callback(error, '', 0);
        const allowed = found.filter(({ address }) =>
          mayConnect(hostname, address, this.privateHosts, thisMachine),
        );
        const [first] = allowed;
        if (!first) return callback(this.refusal(hostname), '', 0);
        return options.all ? callback(null, allowed) : callback(null, first.address, first.family);
      });
    };
  }

  private refusal(host: string): PrivateAddressError {
    this.log.warn('not connected: the host is at a private address and not in VALETKEY_PRIVATE_HOSTS', {
      host,
    });
    return new PrivateAddressError();
  }
}
