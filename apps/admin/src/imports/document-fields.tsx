import { useEffect, useState } from 'react';
import { Button, MenuItem, Stack, TextField } from '@mui/material';
import { useDataProvider } from 'react-admin';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import type { WantedDocument } from './use-import';

/** Out of sight, and still reached with the keyboard. */
const FOR_KEYBOARDS = { position: 'absolute', width: 1, height: 1, opacity: 0 } as const;
/** A longer document would hold the page up. */
const MOST_SHOWN = 100_000;

const useProviders = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const [providers, setProviders] = useState<{ id: string; displayName: string }[]>([]);
  useEffect(() => {
    api.knownProviders().then(setProviders, () => undefined);
  }, [api]);
  return providers;
};

interface ProviderFieldProps {
  wanted: WantedDocument;
  providers: readonly { id: string; displayName: string }[];
  onChange: (wanted: WantedDocument) => void;
}

const ProviderField = ({ wanted, providers, onChange }: ProviderFieldProps) => (
  <TextField
    select
    size="small"
    label="Provider"
    sx={{ minWidth: 260 }}
    value={providers.some(({ id }) => id === wanted.provider) ? wanted.provider : ''}
    onChange={({ target }) => onChange({ ...wanted, provider: target.value })}
  >
    {providers.map(({ id, displayName }) => (
      <MenuItem key={id} value={id}>
        {displayName}
      </MenuItem>
    ))}
  </TextField>
);

interface DocumentFieldsProps {
  wanted: WantedDocument;
  busy: boolean;
  onChange: (wanted: WantedDocument) => void;
  onRead: () => void;
}

/** The provider and its document: a file, or its text. */
export const DocumentFields = ({ wanted, busy, onChange, onRead }: DocumentFieldsProps) => {
  const providers = useProviders();
  const isListed = providers.some(({ id }) => id === wanted.provider);
  const isLong = wanted.document.length > MOST_SHOWN;
  const choose = async (file: File | undefined) => {
    if (file) onChange({ ...wanted, document: await file.text() });
  };
  return (
    <Stack sx={{ p: 2.5, gap: 2, alignItems: 'flex-start' }}>
      <ProviderField {...{ wanted, providers, onChange }} />
      {/* The field inside is what is reached and named; the label only looks like a button. */}
      <Button
        component="label"
        role={undefined}
        tabIndex={-1}
        variant="outlined"
        size="small"
        sx={{ '&:has(:focus-visible)': { outline: '2px solid', outlineOffset: 2 } }}
      >
        Choose a file
        <input
          style={FOR_KEYBOARDS}
          type="file"
          aria-label="OpenAPI document"
          accept=".json,.yaml,.yml"
          onChange={({ target }) => void choose(target.files?.[0])}
        />
      </Button>
      <TextField
        size="small"
        fullWidth
        multiline
        minRows={3}
        maxRows={8}
        label="Or its text, JSON or YAML"
        value={isLong ? `${wanted.document.slice(0, 2_000)}…` : wanted.document}
        slotProps={{ htmlInput: { readOnly: isLong, spellCheck: false } }}
        onChange={({ target }) => onChange({ ...wanted, document: target.value })}
      />
      <Button
        variant="contained"
        loading={busy}
        disabled={!isListed || wanted.document === ''}
        onClick={onRead}
      >
        Read the document
      </Button>
    </Stack>
  );
};
