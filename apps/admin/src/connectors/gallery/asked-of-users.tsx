import { Accordion, AccordionDetails, AccordionSummary, Box, Typography } from '@mui/material';
import ExpandMoreIcon from '@mui/icons-material/ExpandMore';
import type { ConnectorPreset } from '../../api-types';
import { Code } from '../../components/code';
import { Section } from '../../components/section';

type Api = ConnectorPreset['apis'][number];

const Scopes = ({ scopes }: { scopes: Api['scopeDescriptions'] }) => (
  <Box component="ul" sx={{ m: 0, pl: 2.5, '& li': { mb: 0.75 } }}>
    {scopes.map(({ name, description, isDefault }) => (
      <Typography key={name} component="li" variant="body2">
        {description}{' '}
        <Box component="span" sx={{ color: 'text.secondary' }}>
          <Code>{name}</Code>
          {isDefault && ', asked for unless an agent names others'}
        </Box>
      </Typography>
    ))}
  </Box>
);

const ApiScopes = ({ api, open }: { api: Api; open: boolean }) => (
  <Accordion defaultExpanded={open} disableGutters elevation={0} square>
    <AccordionSummary expandIcon={<ExpandMoreIcon aria-hidden />}>
      <Typography variant="body1" component="span" sx={{ fontWeight: 600 }}>
        {api.displayName}
      </Typography>
    </AccordionSummary>
    <AccordionDetails>
      <Scopes scopes={api.scopeDescriptions} />
    </AccordionDetails>
  </Accordion>
);

interface AskedOfUsersProps {
  preset: ConnectorPreset;
  /** The API that the operator came for. */
  chosen: Api | undefined;
}

/** Scopes that users may be asked to allow, in the words that they read. */
export const AskedOfUsers = ({ preset, chosen }: AskedOfUsersProps) => {
  const apis = preset.apis.filter(({ scopeDescriptions: scopes }) => scopes.length > 0);
  const { byHand } = preset.revocation;
  return (
    <Section
      title="What users are asked for"
      hint="Each user allows only what is asked for; agents ask for what their actions need."
    >
      {preset.baseScopes.length > 0 && (
        <Typography variant="body2" sx={{ px: 2, py: 1.5 }}>
          Every time: whose account it is (<Code>{preset.baseScopes.join(' ')}</Code>).
        </Typography>
      )}
      {apis.length === 0 && (
        <Typography variant="body2" color="textSecondary" sx={{ px: 2, py: 1.5 }}>
          {preset.guide.tried === undefined
            ? 'Scopes of this server are not known here: callers name them.'
            : 'This provider knows no scopes: users choose there what they share.'}
        </Typography>
      )}
      {apis.map((api) => (
        <ApiScopes key={api.id} api={api} open={apis.length === 1 || api.id === chosen?.id} />
      ))}
      {byHand && (
        <Typography variant="body2" color="textSecondary" sx={{ px: 2, py: 1.5 }}>
          {preset.revocation.style === 'none'
            ? 'An app cannot end it. '
            : 'Users can end it themselves, too. '}
          {byHand}
        </Typography>
      )}
    </Section>
  );
};
