import { domainToASCII } from 'node:url';
import { z } from 'zod';

/** The address with its domain in ASCII, as Google takes it: `jane@bücher.example` is `jane@xn--bcher-kva.example`. */
export function asciiAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  return at < 0 || /^[\x21-\x7e]*$/.test(domain)
    ? address
    : `${address.slice(0, at)}@${domainToASCII(domain)}`;
}

/** The same mailbox has the same key, in whatever letters its domain is written. */
export const mailboxKey = (address: string): string => asciiAddress(address).toLowerCase();

const ascii = z.email().max(320);

/** An e-mail address whose domain may be written in any script; send it as `asciiAddress`. */
export const emailAddress = z
  .string()
  .max(320)
  .refine((address) => ascii.safeParse(asciiAddress(address)).success, 'not an e-mail address')
  .meta({ format: 'idn-email' });
