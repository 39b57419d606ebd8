import { Box, Stack, Typography } from '@mui/material';
import type { VaultKey } from '../api-types';
import { Code } from '../components/code';
import { StatusChip } from '../components/status-chip';
import { When } from '../components/when';
import { holdsInWords, keyMeaning, keyStateLooks } from './vault-words';

const KeyCard = ({ vaultKey }: { vaultKey: VaultKey }) => {
  const { id, provider, providerName, state, createdAt, holds } = vaultKey;
  return (
    <Box
      component="li"
      sx={{ p: 2.5, borderBottom: 1, borderColor: 'divider', '&:last-of-type': { borderBottom: 0 } }}
    >
      <Stack direction="row" sx={{ gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
        <Typography variant="h3" component="h3" sx={{ overflowWrap: 'anywhere' }}>
          {id}
        </Typography>
        <StatusChip status={state} look={keyStateLooks[state]} />
      </Stack>
      <Typography variant="body2" sx={{ mt: 1 }}>
        {holdsInWords(holds)}
      </Typography>
      <Typography variant="body2" color="textSecondary" sx={{ mt: 0.5 }}>
        {keyMeaning(vaultKey)}
      </Typography>
      <Typography
        variant="body2"
        color="textSecondary"
        component="div"
        sx={{ mt: 0.5, overflowWrap: 'anywhere' }}
      >
        {providerName}
        {provider !== 'local' && (
          <>
            {' '}
            <Code>{provider}</Code>
          </>
        )}
        {createdAt && (
          <>
            {', in use since '}
            <When at={createdAt} />
          </>
        )}
      </Typography>
    </Box>
  );
};

export const KeyList = ({ keys }: { keys: VaultKey[] }) => (
  <Box component="ul" aria-label="Keys" sx={{ listStyle: 'none', m: 0, p: 0 }}>
    {keys.map((vaultKey) => (
      <KeyCard key={vaultKey.id} vaultKey={vaultKey} />
    ))}
  </Box>
);
