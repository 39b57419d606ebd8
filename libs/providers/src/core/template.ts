/** How a value that stands in an address may be written, by the kind of its place. */
export const PARAMETER_KINDS = {
  /** One label of a host name: `acme` in `acme.zendesk.com`. */
  subdomain: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  /** Up to four labels: `acme.eu` in `acme.eu.auth0.com`. */
  subdomains: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?){0,3}$/,
  /** One segment of a path, never `.` or `..`. */
  segment: /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?$/,
} as const satisfies Record<string, RegExp>;

export type ParameterKind = keyof typeof PARAMETER_KINDS;

/** A value that the operator gives when a connector is made, for a place in the entry's addresses. */
export interface EntryParameter {
  readonly kind: ParameterKind;
  readonly label: string;
  readonly description: string;
  readonly example: string;
  /** Used where the operator gives none. */
  readonly default?: string | undefined;
}

export type EntryParameters = Readonly<Record<string, EntryParameter>>;

/** The part of an address without query; its groups are host and path. */
const ADDRESS = /^https:\/\/([a-z0-9.{}_-]+)((?:\/[^?#\s\\]*)?)((?:\?[^#{}\s\\]*)?)$/i;
const PLACEHOLDER = /\{([A-Za-z_]\w*)\}/g;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Why an address may not be part of an entry. Placeholders are whole labels in front of at least two fixed ones, so that
 * no value leads to another registrable domain, or whole segments of the path.
 * @param own names that are filled in from elsewhere, allowed in the path (`client_id`)
 */
export function templateFault(
  template: string,
  parameters: EntryParameters,
  own: readonly string[] = [],
): string | undefined {
  const [, host = '', path = ''] = ADDRESS.exec(template) ?? [];
  if (host === '') return 'must be an https address without user, port, fragment or blanks';
  return hostFault(host, parameters) ?? pathFault(path, parameters, own);
}

function hostFault(host: string, parameters: EntryParameters): string | undefined {
  const labels = host.split('.');
  const names = labels.map((label) => /^\{(\w+)\}$/.exec(label)?.[1]);
  const fixed = labels.filter((_, index) => names[index] === undefined);
  if (!fixed.every((label) => LABEL.test(label))) return `the host ${host} is none`;
  const lastNamed = names.findLastIndex((name) => name !== undefined);
  if (labels.length - lastNamed - 1 < 2)
    return 'a placeholder must stand in front of at least two fixed labels of the host';
  for (const name of names) {
    if (name === undefined) continue;
    const kind = Object.hasOwn(parameters, name) ? parameters[name]?.kind : undefined;
    if (kind === undefined) return `{${name}} is no parameter of this entry`;
    if (kind === 'segment') return `{${name}} is of the kind segment, which no host may have`;
  }
  return undefined;
}

function pathFault(path: string, parameters: EntryParameters, own: readonly string[]): string | undefined {
  for (const segment of path.split('/').slice(1)) {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (name === undefined && /[{}]/.test(segment))
      return 'a placeholder must be a whole segment of the path';
    if (segment === '.' || segment === '..') return 'the path must be a plain one';
    if (name !== undefined && !own.includes(name) && !Object.hasOwn(parameters, name))
      return `{${name}} is no parameter of this entry`;
  }
  return undefined;
}

/** Names of the placeholders in an address. */
export function placeholdersIn(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
}

/** Why a value may not be given for a parameter; `undefined` when it may. */
export function parameterFault(parameter: EntryParameter, value: string): string | undefined {
  return PARAMETER_KINDS[parameter.kind].test(value) ? undefined : parameterRule(parameter);
}

/** How a value must be written, in words. */
export function parameterRule({ kind, example }: EntryParameter): string {
  const is = {
    subdomain: 'one label of a host name, in lower case',
    subdomains: 'labels of a host name with dots between them, in lower case',
    segment: 'letters, digits, dots, dashes and underscores',
  }[kind];
  return `must be ${is}, as in ${example}`;
}

/**
 * An address with its values in place. What is checked when a connector is made is checked again here.
 * @returns `undefined` when a value is missing or does not fit
 */
export function filledTemplate(
  template: string,
  parameters: EntryParameters,
  values: Readonly<Record<string, string>>,
): string | undefined {
  let isWhole = true;
  const filled = template.replace(PLACEHOLDER, (written, name: string) => {
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (!parameter) return written;
    const value = (Object.hasOwn(values, name) ? values[name] : undefined) ?? parameter.default;
    const fits = value !== undefined && parameterFault(parameter, value) === undefined;
    isWhole &&= fits;
    return fits ? value : written;
  });
  return isWhole ? filled : undefined;
}
