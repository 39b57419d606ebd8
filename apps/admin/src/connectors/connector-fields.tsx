import type { ReactNode } from 'react';
import { Box, FormHelperText, Stack, Typography } from '@mui/material';
import { BooleanInput, CheckboxGroupInput, SelectInput, TextInput, regex, required } from 'react-admin';
import type { ConnectorPreset, EndpointName } from '../api-types';

const endpointLabels: Record<EndpointName, string> = {
  issuer: 'Issuer',
  authorization: 'Authorization endpoint',
  token: 'Token endpoint',
  userinfo: 'Userinfo endpoint',
  revocation: 'Revocation endpoint',
  jwks: 'JWKS address',
};
const endpointNames = Object.keys(endpointLabels) as EndpointName[];

const authentications = [
  { id: 'client_secret_basic', name: 'HTTP Basic (client_secret_basic)' },
  { id: 'client_secret_post', name: 'In the form (client_secret_post)' },
  { id: 'none', name: 'None: a public client' },
];
const prompts = [
  { id: 'login', name: 'Sign in again' },
  { id: 'consent', name: 'Consent again' },
  { id: 'select_account', name: 'Choose an account' },
];

const separators = [
  { id: 'space', name: 'Spaces (RFC 6749)' },
  { id: 'comma', name: 'Commas' },
];
const accountPaths = [
  { source: 'accountPaths.id', label: 'Account id in userinfo' },
  { source: 'accountPaths.name', label: 'Name in userinfo' },
  { source: 'accountPaths.email', label: 'E-mail address in userinfo' },
];

/** Endpoints that the preset leaves to the operator: a server of their own may also offer revocation. */
const openEndpoints = ({ neededEndpoints, discovers }: ConnectorPreset): EndpointName[] =>
  neededEndpoints.length > 0 && !discovers ? [...neededEndpoints, 'revocation'] : neededEndpoints;

const EndpointInput = ({ name, preset }: { name: EndpointName; preset: ConnectorPreset }) => {
  const own = preset.endpoints[name];
  return (
    <TextInput
      source={`endpoints.${name}`}
      label={endpointLabels[name]}
      type="url"
      helperText={
        own
          ? `Empty: ${own}`
          : preset.neededEndpoints.includes(name)
            ? 'Needed. An https address; http for this machine only.'
            : preset.discovers
              ? 'Empty: from the discovery document.'
              : 'Optional.'
      }
    />
  );
};

const Aside = ({ children }: { children: string }) => (
  <FormHelperText sx={{ mx: 0 }}>{children}</FormHelperText>
);

const Fields = ({ title, children }: { title: string; children: ReactNode }) => (
  <Stack component="fieldset" sx={{ gap: 2, border: 0, p: 0, m: 0, minWidth: 0, alignItems: 'stretch' }}>
    <Typography component="legend" variant="h3" sx={{ p: 0, mb: 1.5 }}>
      {title}
    </Typography>
    {children}
  </Stack>
);

/** The addresses that the preset leaves to the operator. */
export const NeededEndpoints = ({ preset }: { preset: ConnectorPreset }) => {
  const needed = openEndpoints(preset);
  if (needed.length === 0) return null;
  return (
    <Fields title="Server">
      {needed.map((name) => (
        <EndpointInput key={name} name={name} preset={preset} />
      ))}
    </Fields>
  );
};

/** Values for the places in the preset's addresses; a wrong one is told before it is sent. */
export const ParameterFields = ({ preset }: { preset: ConnectorPreset }) => (
  <>
    {Object.entries(preset.parameters).map(([name, parameter]) => (
      <TextInput
        key={name}
        source={`parameters.${name}`}
        label={parameter.label}
        placeholder={parameter.default ?? parameter.example}
        autoComplete="off"
        validate={parameterRules(parameter)}
        helperText={
          parameter.default === undefined
            ? parameter.description
            : `${parameter.description} Empty: ${parameter.default}.`
        }
      />
    ))}
  </>
);

const rules = new WeakMap<object, ReturnType<typeof regex>[]>();

/** The same list for the same parameter: react-hook-form takes another list for another field. */
const parameterRules = (parameter: ConnectorPreset['parameters'][string]) => {
  const known = rules.get(parameter);
  if (known) return known;
  const made = [
    ...(parameter.default === undefined ? [required()] : []),
    regex(new RegExp(parameter.pattern), parameter.rule),
  ];
  rules.set(parameter, made);
  return made;
};

/** Settings that hardly any connector needs: addresses in place of the preset's, and switches. */
export const MoreFields = ({ preset, open }: { preset: ConnectorPreset; open: boolean }) => {
  const needed = openEndpoints(preset);
  const others = endpointNames.filter(
    (name) => !needed.includes(name) && (!preset.userKey || name === 'userinfo'),
  );
  // Kept in the page when it is closed, so that an error in it has its field.
  return (
    <Stack sx={{ gap: 3, alignItems: 'stretch', display: open ? undefined : 'none' }}>
      <Fields title="Other addresses">
        {others.map((name) => (
          <EndpointInput key={name} name={name} preset={preset} />
        ))}
      </Fields>
      {!preset.userKey && <SwitchFields preset={preset} />}
    </Stack>
  );
};

const SwitchFields = ({ preset }: { preset: ConnectorPreset }) => (
  <Fields title="Behaviour">
    <Box>
      <BooleanInput source="storeTokens" label="Store tokens" helperText={false} />
      <Aside>Off: an authorization only proves whose account it is, and agents cannot act with it.</Aside>
    </Box>
    <Box>
      <BooleanInput source="offlineAccess" label="Ask for a refresh token" helperText={false} />
      <Aside>Off: users have to connect again whenever their access token expires.</Aside>
    </Box>
    <CheckboxGroupInput
      source="prompts"
      label="Ask users every time to"
      choices={prompts}
      helperText={false}
    />
    <SelectInput
      source="clientAuthentication"
      label="How the client proves itself"
      choices={authentications}
      emptyText="As the server or the preset says"
      helperText={
        preset.discovers ? 'Read from the discovery document.' : `The preset: ${preset.clientAuthentication}.`
      }
    />
    <SelectInput
      source="scopeSeparator"
      label="Between scopes"
      choices={separators}
      emptyText="As the preset says"
      helperText={false}
    />
    {accountPaths.map(({ source, label }) => (
      <TextInput
        key={source}
        source={source}
        label={label}
        helperText="Empty: where servers usually have it. Else names with dots: data.id, emails[0].value."
      />
    ))}
  </Fields>
);
