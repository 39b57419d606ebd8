import type { AccountPaths, Connector, EndpointName, Endpoints, Problem } from '../api-types';

/** The values of the form. An empty text is an absent member. */
export interface ConnectorValues {
  preset: string;
  target: string;
  displayName: string;
  clientId: string;
  clientSecret: string;
  noClientSecret: boolean;
  endpoints: Endpoints;
  /** For the places in the preset's addresses. */
  parameters: Record<string, string>;
  clientAuthentication: string;
  /** Words, since a form trims a blank. */
  scopeSeparator: '' | 'space' | 'comma';
  accountPaths: AccountPaths;
  prompts: string[];
  offlineAccess: boolean;
  storeTokens: boolean;
}

export const emptyConnector: ConnectorValues = {
  preset: '',
  target: '',
  displayName: '',
  clientId: '',
  clientSecret: '',
  noClientSecret: false,
  endpoints: {},
  parameters: {},
  clientAuthentication: '',
  scopeSeparator: '',
  accountPaths: {},
  prompts: [],
  offlineAccess: true,
  storeTokens: true,
};

/** Fields that are folded away. Those of `endpoints` that the preset needs are not, and the rest is seldom wrong. */
export const isAdvanced = (name: string): boolean => ADVANCED.has(name);
const ADVANCED = new Set([
  ...['endpoints', 'clientAuthentication', 'scopeSeparator', 'accountPaths'],
  ...['prompts', 'offlineAccess', 'storeTokens'],
]);

/** A secret is never among them: the API does not return one. */
export const valuesOf = (connector: Connector): ConnectorValues => ({
  ...emptyConnector,
  preset: connector.preset,
  target: connector.target,
  displayName: connector.displayName,
  clientId: connector.clientId,
  endpoints: connector.endpoints,
  parameters: connector.parameters ?? {},
  clientAuthentication: connector.clientAuthentication ?? '',
  scopeSeparator: connector.scopeSeparator ? (connector.scopeSeparator === ',' ? 'comma' : 'space') : '',
  accountPaths: connector.accountPaths ?? {},
  prompts: connector.prompts,
  offlineAccess: connector.offlineAccess,
  storeTokens: connector.storeTokens,
});

const filled = (text: string | null | undefined): string | undefined => text?.trim() || undefined;

const filledIn = <Name extends string>(
  texts: Partial<Record<Name, string>>,
): Partial<Record<Name, string>> => {
  const entries = Object.entries(texts ?? {}) as [Name, string | null | undefined][];
  const given = entries.map(([name, text]) => [name, filled(text)] as const).filter(([, text]) => text);
  return Object.fromEntries(given) as Partial<Record<Name, string>>;
};

const separators = { space: ' ', comma: ',' };
const separatorIn = ({ scopeSeparator }: ConnectorValues) =>
  scopeSeparator ? separators[scopeSeparator] : undefined;

const accountPathsIn = ({ accountPaths }: ConnectorValues) => {
  const paths = filledIn(accountPaths);
  return Object.keys(paths).length > 0 ? paths : undefined;
};

const parametersIn = ({ parameters }: ConnectorValues) => {
  const values = filledIn(parameters);
  return Object.keys(values).length > 0 ? values : undefined;
};

const switches = ({ prompts, offlineAccess, storeTokens }: ConnectorValues) => ({
  prompts: prompts ?? [],
  offlineAccess,
  storeTokens,
});

/** As `POST` takes it. */
export const newConnector = (values: ConnectorValues): object => ({
  preset: values.preset,
  target: filled(values.target) ?? '',
  displayName: filled(values.displayName),
  clientId: filled(values.clientId),
  clientSecret: filled(values.clientSecret),
  endpoints: filledIn<EndpointName>(values.endpoints),
  clientAuthentication: filled(values.clientAuthentication),
  scopeSeparator: separatorIn(values),
  accountPaths: accountPathsIn(values),
  parameters: parametersIn(values),
  ...switches(values),
});

/** As `PATCH` accepts it: an empty secret keeps the stored one, unless it is to be removed. */
export const connectorChange = (values: ConnectorValues): object => ({
  displayName: filled(values.displayName),
  clientId: filled(values.clientId),
  clientSecret: values.noClientSecret ? null : filled(values.clientSecret),
  endpoints: filledIn<EndpointName>(values.endpoints),
  clientAuthentication: filled(values.clientAuthentication) ?? null,
  scopeSeparator: separatorIn(values) ?? null,
  accountPaths: accountPathsIn(values) ?? null,
  parameters: parametersIn(values) ?? null,
  ...switches(values),
});

/** Members that have no field: an error of theirs is no field's. */
const WITHOUT_FIELD = new Set(['preset', '']);

/**
 * The API's errors by field: `endpoints.token` becomes `{ endpoints: { token } }`. None when one of them has no field: an
 * error that stands nowhere would keep the form from being sent again.
 */
export const fieldErrors = ({ errors = [] }: Problem): Record<string, unknown> => {
  const found: Record<string, unknown> = {};
  if (errors.some(({ path }) => WITHOUT_FIELD.has(path.split('.')[0] ?? ''))) return found;
  for (const { path, message } of errors) {
    const [name = '', inner] = path.split('.');
    if (inner === undefined || !Number.isNaN(Number(inner))) found[name] ??= message;
    else found[name] = { [inner]: message, ...(found[name] as object | undefined) };
  }
  return found;
};
