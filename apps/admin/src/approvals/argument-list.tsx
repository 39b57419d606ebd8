import { Box, Typography } from '@mui/material';
import { Code, CodeBlock } from '../components/code';

/** A text beyond this is content rather than a name. */
const LONGEST_SHOWN = 120;

const isContent = (value: unknown) =>
  typeof value === 'string'
    ? value.length > LONGEST_SHOWN || value.includes('\n')
    : typeof value === 'object';

const Folded = ({ name, value }: { name: string; value: unknown }) => (
  <Box component="details" sx={{ '& summary': { cursor: 'pointer', color: 'primary.main' } }}>
    <summary>{typeof value === 'string' ? `${value.length} characters` : 'Show'}</summary>
    <Box sx={{ mt: 1, borderRadius: 1 }}>
      <CodeBlock value={value} label={name} />
    </Box>
  </Box>
);

/** The arguments by name. What holds content is folded until somebody wants to see it. */
export const ArgumentList = ({ value }: { value: unknown }) => {
  const members = Object.entries((value ?? {}) as Record<string, unknown>);
  if (members.length === 0) return <Typography sx={{ p: 2.5 }}>Nothing beyond the call itself.</Typography>;
  return (
    <Box
      component="dl"
      sx={{
        m: 0,
        p: 2.5,
        display: 'grid',
        gridTemplateColumns: { xs: '1fr', sm: 'minmax(110px, max-content) minmax(0, 1fr)' },
        columnGap: 3,
        rowGap: 1,
        fontSize: '0.875rem',
        '& dt': { color: 'text.secondary' },
        '& dd': { m: 0, minWidth: 0, overflowWrap: 'anywhere' },
      }}
    >
      {members.map(([name, member]) => (
        <Box key={name} sx={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>{isContent(member) ? <Folded name={name} value={member} /> : <Code>{String(member)}</Code>}</dd>
        </Box>
      ))}
    </Box>
  );
};
