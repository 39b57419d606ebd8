import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

const IPV6_BLOCK_BITS = 64;

/** An address as it is compared and told: an IPv4 address inside an IPv6 one as itself, no zone. `undefined`: it is none. */
export function plainAddress(text: string): string | undefined {
  const [address = ''] = text.split('%');
  return isIP(address) === 0 ? undefined : ipaddr.process(address).toString();
}

/** What one customer of a network has: an IPv4 address, or the /64 of an IPv6 address. */
export function addressBlock(text: string): string {
  const plain = plainAddress(text);
  if (plain === undefined || isIP(plain) === 4) return plain ?? text;
  const network = ipaddr.IPv6.networkAddressFromCIDR(`${plain}/${IPV6_BLOCK_BITS}`);
  return `${network.toString()}/${IPV6_BLOCK_BITS}`;
}
