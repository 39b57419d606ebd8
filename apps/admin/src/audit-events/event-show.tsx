import type { ReactNode } from 'react';
import { Box, Typography } from '@mui/material';
import { Link } from 'react-admin';
import type { AuditEvent } from '../api-types';
import { PEOPLE_DECIDE } from '../components/approval-words';
import { Code, CodeBlock } from '../components/code';
import { Facts } from '../components/facts';
import { AgentLink, OperatorKeyLink, UserLink } from '../components/names';
import { recordPath } from '../components/paths';
import { Page } from '../components/page';
import { RecordPage } from '../components/record-page';
import { Section } from '../components/section';
import { StatusChip } from '../components/status-chip';
import { When } from '../components/when';
import { EventText } from './event-text';
import { outcomeLooks, outcomeMeaning } from './outcome';
import { ProofButton } from './proof-button';

const back = { to: '/audit-events', label: 'Audit history' };

const idLink = (resource: string, id: string | undefined) =>
  id ? (
    <Link to={recordPath(resource, id)}>
      <Code>{id}</Code>
    </Link>
  ) : undefined;

const present = (label: string, value: ReactNode): [string, ReactNode] | false =>
  value !== undefined && value !== '' && [label, value];

/** `clientSecret` and `client_secret` as "client secret". */
const fieldInWords = (field: unknown) =>
  String(field)
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .replaceAll('_', ' ')
    .toLowerCase();

/** Names of the fields that a change was about. */
const changedFields = ({ detail }: AuditEvent): string | undefined => {
  const changed = detail?.['changed'];
  return Array.isArray(changed) ? changed.map(fieldInWords).join(', ') : undefined;
};

/** The event that was written before the call; the list shows the outcome alone. */
const intentOf = ({ detail }: AuditEvent): string | undefined => {
  const intent = detail?.['intent'];
  return typeof intent === 'string' ? intent : undefined;
};

const ActorName = ({ actor: { type, id } }: Pick<AuditEvent, 'actor'>) =>
  id.startsWith('opk_') ? (
    <>
      <OperatorKeyLink id={id} /> (operator key {id})
    </>
  ) : (
    `${id} (${type})`
  );

const EventFacts = ({ event }: { event: AuditEvent }) => (
  <Facts
    facts={[
      ['When', <When at={event.at} />],
      ['Exactly', <Code>{event.at}</Code>],
      ['Type', <Code>{event.type}</Code>],
      ['Actor', <ActorName actor={event.actor} />],
      present('Agent', event.agentId && <AgentLink id={event.agentId} />),
      present('User', event.userId && <UserLink id={event.userId} />),
      present('Action', event.action && <Code>{event.action}</Code>),
      present('Target', event.target),
      present('Connection', idLink('connections', event.connectionId)),
      present('Task', idLink('tasks', event.taskId)),
      present('Announced by', idLink('audit-events', intentOf(event))),
      present('On behalf of', event.onBehalfOf?.map(({ type, id }) => `${type} ${id}`).join(', then ')),
      present('Credential', event.keyId && <Code>{event.keyId}</Code>),
      present('Scopes in force', event.scopes?.join(', ')),
      present('Changed', changedFields(event)),
      present('Given', event.arguments?.fields.join(', ')),
      present(
        'Took',
        event.durationMs !== undefined ? `${event.durationMs.toLocaleString('en')} ms` : undefined,
      ),
      present('Provider answered', event.providerStatus?.toString()),
      present('Request', event.requestId && <Code>{event.requestId}</Code>),
      present('Address', event.ip && <Code>{event.ip}</Code>),
      ['Position in the log', `#${event.seq}`],
    ]}
  />
);

const Shown = ({ event }: { event: AuditEvent }) => (
  <Page
    title={`Audit event ${event.seq}`}
    heading={
      <Box component="span" sx={{ fontSize: '1.25rem', letterSpacing: 0 }}>
        <EventText event={event} />
      </Box>
    }
    back={back}
  >
    <Box sx={{ mb: 3, display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
      <StatusChip status={event.outcome} look={outcomeLooks[event.outcome]} />
      <Typography variant="body2" color="textSecondary">
        {outcomeMeaning[event.outcome]} {event.detail?.['code'] === 'approval_required' && PEOPLE_DECIDE}
      </Typography>
      <Box sx={{ ml: { sm: 'auto' } }}>
        <ProofButton id={event.id} />
      </Box>
    </Box>
    <Section title="Facts">
      <EventFacts event={event} />
    </Section>
    {event.detail && Object.keys(event.detail).length > 0 && (
      <Section title="Detail">
        <CodeBlock value={event.detail} label="Detail of the event" />
      </Section>
    )}
  </Page>
);

const EventShow = () => (
  <RecordPage<AuditEvent> resource="audit-events" what="Event" back={back}>
    {(event) => <Shown event={event} />}
  </RecordPage>
);

export default EventShow;
