import { Box, Typography } from '@mui/material';
import type { Connection } from '../api-types';
import { Code } from '../components/code';
import { scopeWords } from './scope-words';

/** The granted scopes, in words first; the technical name stays visible, since the provider shows that. */
export const ScopeList = ({ connection }: { connection: Connection }) => {
  const { scopes } = connection;
  if (scopes.length === 0) {
    return (
      <Typography variant="body2" color="textSecondary">
        No scopes were granted.
      </Typography>
    );
  }
  return (
    <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gap: 0.75 }}>
      {scopes.map((scope) => {
        const said = scopeWords(scope);
        return (
          <Box component="li" key={scope} sx={{ fontSize: '0.875rem', lineHeight: 1.4 }}>
            {said && <div>{said}</div>}
            <Box
              sx={{ color: said ? 'text.secondary' : 'text.primary', fontSize: said ? '0.75rem' : 'inherit' }}
            >
              <Code>{scope}</Code>
            </Box>
          </Box>
        );
      })}
    </Box>
  );
};
