import { useState } from 'react';
import { Box, Button } from '@mui/material';
import { useLocation } from 'react-admin';
import type { ImportPreview } from '../api-types';
import { Page } from '../components/page';
import { ReadOnlyCard } from '../components/read-only-card';
import { Section } from '../components/section';
import { isOwner } from '../providers/session';
import { DocumentFields } from './document-fields';
import { ImportChanges } from './import-changes';
import { OperationChoice } from './operation-choice';
import { OperationTable } from './operation-table';
import { useImport, type WantedDocument } from './use-import';

const back = { to: '/providers', label: 'Imported actions' };

const Outcome = ({
  preview,
  busy,
  onApply,
}: {
  preview: ImportPreview;
  busy: boolean;
  onApply: () => void;
}) => (
  <>
    <ImportChanges preview={preview} />
    {preview.actions.length > 0 && (
      <Section title="Actions afterwards">
        <OperationTable operations={preview.actions} />
      </Section>
    )}
    <Button
      variant="contained"
      disabled={preview.refused.length > 0 || preview.changes.length === 0}
      loading={busy}
      onClick={onApply}
    >
      Put in force
    </Button>
  </>
);

const Importing = () => {
  const asked = new URLSearchParams(useLocation().search).get('provider') ?? '';
  const [wanted, setWanted] = useState<WantedDocument>({ provider: asked, document: '' });
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const { busy, offered, preview, read, look, apply, forget, restart } = useImport();
  return (
    <Page
      title="Import a document"
      lead="Choose operations of an OpenAPI document, look at what they change, and put that in force. An import takes the place of the one before."
      back={back}
    >
      <Section title="Document">
        <DocumentFields
          {...{ wanted, busy }}
          onChange={(changed) => {
            setWanted(changed);
            restart();
          }}
          onRead={() => void read(wanted, setChosen)}
        />
      </Section>
      {offered && (
        <Section title="Operations">
          <OperationChoice
            {...{ offered, chosen }}
            onChange={(changed) => {
              setChosen(changed);
              forget();
            }}
          />
          <Box sx={{ px: 2.5, pb: 2.5 }}>
            <Button variant="outlined" loading={busy} onClick={() => void look(wanted, chosen)}>
              Look at the changes
            </Button>
          </Box>
        </Section>
      )}
      {preview && <Outcome preview={preview} busy={busy} onApply={() => void apply(wanted, chosen)} />}
    </Page>
  );
};

const ImportCreate = () =>
  isOwner() ? (
    <Importing />
  ) : (
    <Page title="Import a document" back={back}>
      <ReadOnlyCard>Ask an owner to import the document.</ReadOnlyCard>
    </Page>
  );

export default ImportCreate;
