import { useState } from 'react';
import { Box, Button, FormHelperText, Stack, Typography } from '@mui/material';
import { BooleanInput, CheckboxGroupInput, SelectInput, TextInput } from 'react-admin';
import type { ConnectorPreset, EndpointName, Endpoints } from '../api-types';

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

export const EndpointFields = ({ preset, own }: { preset: ConnectorPreset; own: Endpoints }) => {
  const shown = openEndpoints(preset);
  const others = endpointNames.filter((name) => !shown.includes(name));
  const [open, setOpen] = useState(others.some((name) => own[name] !== undefined));
  return (
    <Stack component="fieldset" sx={{ gap: 2, border: 0, p: 0, m: 0, minWidth: 0, alignItems: 'stretch' }}>
      <Typography component="legend" variant="h3" sx={{ p: 0, mb: 1.5 }}>
        Server
      </Typography>
      {shown.length === 0 && (
        <Typography variant="body2" color="textSecondary">
          The addresses of {preset.displayName} are known.
        </Typography>
      )}
      {shown.map((name) => (
        <EndpointInput key={name} name={name} preset={preset} />
      ))}
      <Box>
        <Button variant="outlined" size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide the other addresses' : 'Set other addresses'}
        </Button>
      </Box>
      {open && others.map((name) => <EndpointInput key={name} name={name} preset={preset} />)}
    </Stack>
  );
};

export const SwitchFields = ({ preset }: { preset: ConnectorPreset }) => (
  <Stack component="fieldset" sx={{ gap: 2, border: 0, p: 0, m: 0, minWidth: 0, alignItems: 'stretch' }}>
    <Typography component="legend" variant="h3" sx={{ p: 0, mb: 1.5 }}>
      Behaviour
    </Typography>
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
  </Stack>
);
