import { Alert, Box, Link, Stack, Typography } from '@mui/material';
import type { ConnectorPreset } from '../../api-types';
import { CopyField } from '../../components/copy-field';
import { Section } from '../../components/section';
import { TriedMark } from './tried-mark';

const ADDRESS = /(https:\/\/[^\s,]+[^\s,.])/;

/** A step with the addresses in it as links. */
const Step = ({ text }: { text: string }) => (
  <>
    {text.split(ADDRESS).map((part, index) =>
      ADDRESS.test(part) ? (
        <Link key={index} href={part} target="_blank" rel="noreferrer" sx={{ overflowWrap: 'anywhere' }}>
          {part}
        </Link>
      ) : (
        part
      ),
    )}
  </>
);

const Steps = ({ steps }: { steps: string[] }) => (
  <Box component="ol" sx={{ m: 0, pl: 2.5, '& li': { mb: 1 }, '& li::marker': { color: 'text.secondary' } }}>
    {steps.map((step) => (
      <Typography key={step} component="li" variant="body1">
        <Step text={step} />
      </Typography>
    ))}
  </Box>
);

const Documentation = ({ pages }: { pages: ConnectorPreset['guide']['documentation'] }) => (
  <Typography variant="body2" color="textSecondary" component="div">
    From{' '}
    {pages.map(({ url, read }, index) => (
      <span key={url}>
        {index > 0 && ', '}
        <Link href={url} target="_blank" rel="noreferrer" sx={{ overflowWrap: 'anywhere' }}>
          {new URL(url).hostname}
        </Link>
        {read && ` (read on ${read})`}
      </span>
    ))}
  </Typography>
);

/** The redirect URI of a connector, exactly as the provider has to know it. */
export const RedirectUri = ({ preset, target }: { preset: ConnectorPreset; target: string }) => (
  <Box>
    <Typography variant="body2" color="textSecondary" sx={{ mb: 1 }}>
      Register this redirect URI there, exactly as it is here.
    </Typography>
    {target ? (
      <CopyField value={preset.callbackUrl.replace('{target}', target)} label="Redirect URI" />
    ) : (
      <Typography variant="body2">It is shown here as soon as there is a target.</Typography>
    )}
  </Box>
);

interface ProviderStepsProps {
  preset: ConnectorPreset;
  api: ConnectorPreset['apis'][number] | undefined;
  target: string;
}

/** The work at the provider: its own steps, and the redirect URI. */
export const ProviderSteps = ({ preset, api, target }: ProviderStepsProps) => {
  const { guide } = preset;
  const more = api && api.id !== preset.id ? api.setup : [];
  return (
    <Section title={preset.userKey ? 'How users connect' : `1. Register an app at ${preset.displayName}`}>
      <Stack sx={{ p: { xs: 2, sm: 3 }, gap: 2 }}>
        <Steps steps={[...guide.setup, ...more]} />
        {!preset.userKey && <RedirectUri preset={preset} target={target} />}
        {guide.notes.map((note) => (
          <Alert key={note} severity="info" variant="outlined">
            {note}
          </Alert>
        ))}
        <Stack sx={{ gap: 0.5, alignItems: 'flex-start' }}>
          <TriedMark tried={api?.tried ?? guide.tried} />
          <Documentation pages={guide.documentation} />
        </Stack>
      </Stack>
    </Section>
  );
};
