import { Box } from '@mui/material';
import { useReference } from 'react-admin';
import type { Agent, AuditEvent } from '../api-types';
import { Code } from '../components/code';
import { currentSession } from '../providers/session';
import { sentenceParts, type Names } from './event-sentence';

/** Events carry ids; the names of agents are looked up once for all events on the page. */
const useNames = (event: AuditEvent): Names => {
  const agentId = event.agentId ?? (event.actor.type === 'agent' ? event.actor.id : undefined);
  const { referenceRecord } = useReference<Agent>({
    reference: 'agents',
    id: agentId ?? '',
    options: { enabled: agentId !== undefined, retry: false },
  });
  const me = currentSession()?.operator;
  if (event.actor.type === 'operator') {
    return { agent: referenceRecord?.name, actor: me?.id === event.actor.id ? me.email : undefined };
  }
  const isActor = event.actor.type === 'agent' && event.actor.id === agentId;
  return { agent: referenceRecord?.name, actor: isActor ? referenceRecord?.name : undefined };
};

export const EventText = ({ event }: { event: AuditEvent }) => {
  const names = useNames(event);
  return (
    <Box component="span" sx={{ overflowWrap: 'anywhere', fontWeight: 400 }}>
      {sentenceParts(event, names).map(({ text, kind }, index) => {
        if (kind === 'name') return <strong key={index}>{text}</strong>;
        if (kind === 'code') return <Code key={index}>{text}</Code>;
        return <span key={index}>{text}</span>;
      })}
    </Box>
  );
};
