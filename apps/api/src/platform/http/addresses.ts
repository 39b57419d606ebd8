import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

const IPV6_BLOCK_BITS = 64;

/**
 * An address in the form that is compared and recorded: IPv4-mapped IPv6 addresses as IPv4, without zone. `undefined`:
 * not an address.
 */
export function plainAddress(text: string): string | undefined {
  const [address = ''] = text.split('%');
  return isIP(address) === 0 ? undefined : ipaddr.process(address).toString();
}

/** The address block that one customer of a network has: an IPv4 address, or the /64 of an IPv6 address. */
export function addressBlock(text: string): string {
  const plain = plainAddress(text);
  if (plain === undefined || isIP(plain) === 4) return plain ?? text;
  const network = ipaddr.IPv6.networkAddressFromCIDR(`${plain}/${IPV6_BLOCK_BITS}`);
  return `${network.toString()}/${IPV6_BLOCK_BITS}`;
}
