import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { plainAddress } from '../platform/index.js';

const FORWARDED = [
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
  'forwarded',
];

/** Whether an address is one of a proxy of ours. */
export type IsTrusted = (address: string | undefined) => boolean;

/** @param proxies addresses, blocks (CIDR) and `loopback`, as the settings let them in */
export function trustedProxies(proxies: readonly string[]): IsTrusted {
  const blocks = proxies
    .flatMap((one) => (one === 'loopback' ? ['127.0.0.0/8', '::1/128'] : one))
    .map(blockOf);
  return (address) => {
    const plain = address === undefined ? undefined : plainAddress(address);
    if (plain === undefined) return false;
    const parsed = ipaddr.parse(plain);
    return blocks.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits));
  };
}

function blockOf(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/**
 * Takes from a request what nobody whom we trust has said about where it comes from. Of the addresses only those stay
 * that can be read as such, from the nearest on: what stands to the left of something else may be anybody's.
 */
export function dropUntrusted(isTrusted: IsTrusted, { headers, socket }: IncomingMessage): void {
  if (!isTrusted(socket.remoteAddress)) {
    for (const name of FORWARDED) keep(headers, name, '');
    return;
  }
  keep(headers, 'x-forwarded-for', addressesOf(headers['x-forwarded-for']));
  const scheme = lastOf(headers['x-forwarded-proto'])?.toLowerCase();
  keep(headers, 'x-forwarded-proto', scheme === 'https' || scheme === 'http' ? scheme : '');
}

function keep(headers: IncomingMessage['headers'], name: string, value: string): void {
  if (value === '') Reflect.deleteProperty(headers, name);
  else headers[name] = value;
}

function addressesOf(header: string | string[] | undefined): string {
  const kept: string[] = [];
  for (const hop of partsOf(header).reverse()) {
    const address = addressOf(hop);
    if (address === undefined) break;
    kept.unshift(address);
  }
  return kept.join(', ');
}

/** Some proxies add the port, and put an IPv6 address in brackets. */
function addressOf(hop: string): string | undefined {
  const [, inBrackets] = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(hop) ?? [];
  if (inBrackets !== undefined) return isIP(inBrackets) === 6 ? plainAddress(inBrackets) : undefined;
  const [, beforePort] = /^([\d.]+):\d{1,5}$/.exec(hop) ?? [];
  return plainAddress(beforePort ?? hop);
}

function partsOf(header: string | string[] | undefined): string[] {
  return (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').map((part) => part.trim());
}

function lastOf(header: string | string[] | undefined): string | undefined {
  return partsOf(header).at(-1);
}
