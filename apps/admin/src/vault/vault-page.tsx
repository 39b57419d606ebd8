import { Alert, Box, Card, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useDataProvider } from 'react-admin';
import type { Rewrap, Vault } from '../api-types';
import { CommandButton } from '../components/command-button';
import { Page } from '../components/page';
import { Section } from '../components/section';
import { ErrorState, LoadingRows } from '../components/states';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { isOwner } from '../providers/session';
import { KeyList } from './key-list';
import { RewrapProgress } from './rewrap-progress';
import { secretsToMove } from './vault-words';

const LEAD =
  'Every token and secret is sealed with one of these keys. The first key of VALETKEY_ENCRYPTION_KEYS seals, all of them open.';

const useVault = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  return useQuery({
    queryKey: ['vault'],
    queryFn: async (): Promise<{ vault: Vault; rewrap: Rewrap | null }> => {
      const [vault, latest] = await Promise.all([api.vault(), api.latestRewrap()]);
      return { vault, rewrap: vault.rewrap ?? latest };
    },
    refetchInterval: ({ state }) => (state.data?.vault.rewrap ? 1_000 : 10_000),
    retry: false,
  });
};

const Commands = ({ vault }: { vault: Vault }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  if (!isOwner()) return null;
  const busy = vault.rewrap !== undefined;
  return (
    <>
      {vault.canRotate && (
        <CommandButton
          disabled={busy}
          run={() => api.rotateVaultKey()}
          done="A new key seals from now on"
          ask={{
            title: 'Make a new key?',
            content:
              'The key service wraps a new key, which seals from now on. What the older one sealed goes on to open; start a re-wrap to bring it over.',
            confirm: 'Make a new key',
          }}
        >
          New key
        </CommandButton>
      )}
      <CommandButton
        variant="contained"
        disabled={busy}
        run={() => api.startRewrap()}
        done="The re-wrap has started"
        ask={{
          title: 'Re-wrap every secret?',
          content:
            'A worker seals every secret anew with the key that seals. Reads and refreshes go on meanwhile, and it resumes by itself after a crash.',
          confirm: 'Start the re-wrap',
        }}
      >
        Start a re-wrap
      </CommandButton>
    </>
  );
};

const Shown = ({ vault, rewrap }: { vault: Vault; rewrap: Rewrap | null }) => {
  const toMove = secretsToMove(vault.keys);
  return (
    <>
      {vault.unreadable > 0 && (
        <Alert severity="error" variant="outlined" sx={{ mb: 3 }}>
          {`${vault.unreadable} values are no sealed values at all: somebody wrote them past the vault.`}
        </Alert>
      )}
      <Section title="Keys">
        <KeyList keys={vault.keys} />
      </Section>
      <Section title="Re-wrap">
        {rewrap ? (
          <RewrapProgress rewrap={rewrap} />
        ) : (
          <Box sx={{ p: 2.5 }}>
            <Typography variant="body2" color="textSecondary">
              {toMove > 0
                ? `${toMove.toLocaleString('en')} secrets are under an older key. A re-wrap brings them over.`
                : 'Every secret is under the key that seals, so there is nothing to bring over.'}
            </Typography>
          </Box>
        )}
      </Section>
    </>
  );
};

const VaultPage = () => {
  const { data, error, refetch } = useVault();
  return (
    <Page title="Vault" lead={LEAD} actions={data && <Commands vault={data.vault} />}>
      {data && <Shown {...data} />}
      {!data && (
        <Card>
          {error ? (
            <ErrorState error={error} what="The vault" onRetry={() => void refetch()} />
          ) : (
            <LoadingRows rows={3} />
          )}
        </Card>
      )}
    </Page>
  );
};

export default VaultPage;
