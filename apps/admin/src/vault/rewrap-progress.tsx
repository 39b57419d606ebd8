import { Alert, Box, LinearProgress, Typography } from '@mui/material';
import type { Rewrap } from '../api-types';
import { When } from '../components/when';
import { percentDone } from './vault-words';

const count = (value: number) => value.toLocaleString('en');

const End = ({ rewrap: { status, finishedAt, keyId, done } }: { rewrap: Rewrap }) => (
  <Typography variant="body2" color="textSecondary">
    {status === 'finished'
      ? `Every secret is under ${keyId}; ${count(done)} were brought there. It ended `
      : 'It ended with secrets left under an older key, '}
    {finishedAt && <When at={finishedAt} />}.
  </Typography>
);

export const RewrapProgress = ({ rewrap }: { rewrap: Rewrap }) => {
  const { status, done, total, failed, lastError, keyId } = rewrap;
  const percent = percentDone(rewrap);
  return (
    <Box sx={{ p: 2.5, display: 'grid', gap: 1.25 }}>
      {status === 'running' && (
        <>
          <Typography variant="body2" id="rewrap-progress">
            {`Bringing every secret under ${keyId}: ${count(Math.min(done, total))} of ${count(total)} (${percent} %)`}
          </Typography>
          <LinearProgress
            variant="determinate"
            value={percent}
            aria-labelledby="rewrap-progress"
            sx={{ borderRadius: 2, height: 8 }}
          />
        </>
      )}
      {status !== 'running' && <End rewrap={rewrap} />}
      {failed > 0 && (
        <Alert severity="warning" variant="outlined">
          {`${count(failed)} secrets do not open and stay as they are. The last: ${lastError ?? 'unknown'}`}
        </Alert>
      )}
    </Box>
  );
};
