import { domainToASCII } from 'node:url';

/** A text whose case means nothing, as rules see it: in lower case; the domain of an address as DNS has it. */
export function canonicalText(text: string): string {
  const lower = text.normalize('NFC').toLowerCase();
  const at = lower.lastIndexOf('@');
  const domain = at < 0 ? '' : domainToASCII(lower.slice(at + 1));
  return domain === '' ? lower : `${lower.slice(0, at)}@${domain}`;
}

/** An input as rules see it: what stands in a member of these names, at any depth, in one form. */
export function canonicalInput(input: unknown, caseless: readonly string[]): unknown {
  return canonical(input, new Set(caseless), false);
}

function canonical(value: unknown, caseless: ReadonlySet<string>, isCaseless: boolean): unknown {
  if (typeof value === 'string') return isCaseless ? canonicalText(value) : value;
  if (Array.isArray(value)) return value.map((one) => canonical(one, caseless, isCaseless));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, canonical(member, caseless, caseless.has(name))]),
  );
}
