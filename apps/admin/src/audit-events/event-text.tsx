import { Box } from '@mui/material';
import type { AuditEvent } from '../api-types';
import { Code } from '../components/code';
import { sentenceParts } from './event-sentence';

export const EventText = ({ event }: { event: AuditEvent }) => (
  <Box component="span" sx={{ overflowWrap: 'anywhere', fontWeight: 400 }}>
    {sentenceParts(event).map(({ text, kind }, index) => {
      if (kind === 'name') return <strong key={index}>{text}</strong>;
      if (kind === 'code') return <Code key={index}>{text}</Code>;
      return <span key={index}>{text}</span>;
    })}
  </Box>
);
