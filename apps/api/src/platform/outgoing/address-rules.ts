import { BlockList, isIP } from 'node:net';

/** Never a server of somebody else (IANA IPv4 Special-Purpose Address Registry), multicast and class E included. */
const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
];
/** Inside of what is assigned to networks, 2000::/3 (IANA IPv6 Special-Purpose Address Registry): Teredo, 6to4, examples. */
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];
/** The IPv4 internet as a network without IPv4 sees it (RFC 6052). */
const NAT64 = '64:ff9b::';

/** Networks of one's own: this machine, private and shared address space, unique local addresses. */
const OWN = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1/128',
  'fc00::/7',
];
/** Where clouds hand out credentials of the machine, as far as that is inside of such a network. */
const METADATA = ['100.100.100.200/32', '168.63.129.16/32', 'fd00:ec2::/32', 'fd20:ce::/32'];

const special = blockList(
  SPECIAL_IPV4,
  SPECIAL_IPV6,
  SPECIAL_IPV4.map((network) => {
    const [address = '', bits] = network.split('/');
    return `${NAT64}${address}/${96 + Number(bits)}`;
  }),
);
const assigned = blockList(['2000::/3', `${NAT64}/96`]);
const loopback = blockList(['127.0.0.0/8', '::1/128']);
const own = blockList(OWN);
const metadata = blockList(METADATA);
const mapped = blockList(['0.0.0.0/0']);

/** Whether a host is written as this machine: no name server is asked what it is (RFC 8252, section 7.3; RFC 6761). */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/**
 * Whether a connection may be made to this address of this host.
 * @param hostname as a URL has it, lower case; literal IPv6 without brackets
 * @param privateHosts those that may be in a network of one's own. Credentials of the machine are for none of them.
 * @param thisMachine whether a host that is written as this machine may be it; else it must be one of `privateHosts`
 */
export function mayConnect(
  hostname: string,
  address: string,
  privateHosts: ReadonlySet<string>,
  thisMachine = true,
): boolean {
  if (matches(metadata, address)) return false;
  if (isPublic(address)) return true;
  if (privateHosts.has(hostname)) return matches(own, address);
  const isOurselves = hostname === '::1' || isLoopbackHost(hostname);
  return thisMachine && isOurselves && matches(loopback, address);
}

/** `BlockList` judges ::ffff:a.b.c.d as the IPv4 address that it is. */
function isPublic(address: string): boolean {
  if (matches(special, address)) return false;
  return isIP(address) === 4 || matches(assigned, address) || matches(mapped, address);
}

function matches(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

function blockList(...networks: readonly (readonly string[])[]): BlockList {
  const list = new BlockList();
  for (const network of networks.flat()) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
