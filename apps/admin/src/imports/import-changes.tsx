import { Alert, Box, Typography } from '@mui/material';
import type { ImportPreview } from '../api-types';
import { Code } from '../components/code';
import { Section } from '../components/section';

const words = { added: 'New', changed: 'Changed', removed: 'Gone' };

const List = ({ lines }: { lines: readonly { name: string; text: string }[] }) => (
  <Box component="ul" sx={{ m: 0, p: 2.5, pl: 4.5 }}>
    {lines.map(({ name, text }) => (
      <Typography component="li" variant="body2" key={`${name} ${text}`} sx={{ overflowWrap: 'anywhere' }}>
        <Code>{name}</Code> {text}
      </Typography>
    ))}
  </Box>
);

/** All that an import would do, before it does. */
export const ImportChanges = ({ preview: { changes, refused, notes } }: { preview: ImportPreview }) => (
  <>
    {refused.length > 0 && (
      <Section title="Cannot be actions" hint="Take them out of the selection.">
        <List lines={refused.map(({ operation, reason }) => ({ name: operation, text: reason }))} />
      </Section>
    )}
    <Section title="Changes" hint="Nothing else is put in force.">
      {changes.length === 0 ? (
        <Alert severity="info" variant="outlined" sx={{ m: 2 }}>
          This is what is in force already.
        </Alert>
      ) : (
        <List
          lines={changes.map(({ action, change, details }) => ({
            name: action,
            text: [words[change], ...details].join(' · '),
          }))}
        />
      )}
    </Section>
    {notes.length > 0 && (
      <Section title="Notes" hint="Parts of the document that an action does without.">
        <List lines={notes.map(({ operation, note }) => ({ name: operation, text: note }))} />
      </Section>
    )}
  </>
);
