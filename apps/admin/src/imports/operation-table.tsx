import { Box, Stack, Typography } from '@mui/material';
import type { ImportedAction } from '../api-types';
import { Code } from '../components/code';

const effects = { read: 'Reads', write: 'Writes', destructive: 'Cannot be undone' };

const Line = ({ operation }: { operation: ImportedAction }) => {
  const { action, method, path, summary, effect, scopes } = operation;
  return (
    <Box
      component="li"
      sx={{ px: 2.5, py: 1.5, borderBottom: 1, borderColor: 'divider', '&:last-of-type': { border: 0 } }}
    >
      <Stack direction={{ xs: 'column', sm: 'row' }} sx={{ gap: { sm: 2 }, justifyContent: 'space-between' }}>
        <Code>{action}</Code>
        <Typography variant="body2" color="textSecondary">
          {[effects[effect], ...scopes].join(' · ')}
        </Typography>
      </Stack>
      <Typography variant="body2">{summary}</Typography>
      <Typography variant="body2" color="textSecondary">
        <Code>{`${method} ${path}`}</Code>
      </Typography>
    </Box>
  );
};

/** Actions with the requests that they send. */
export const OperationTable = ({ operations }: { operations: readonly ImportedAction[] }) => (
  <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
    {operations.map((operation) => (
      <Line key={operation.action} operation={operation} />
    ))}
  </Box>
);
