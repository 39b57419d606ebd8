import { useState } from 'react';
import { useDataProvider, useNavigate, useNotify, useRefresh } from 'react-admin';
import type { ImportedProviderDetail, ImportPreview } from '../api-types';
import { recordPath } from '../components/paths';
import type { ValetkeyDataProvider } from '../providers/data-provider';

export interface WantedDocument {
  readonly provider: string;
  readonly document: string;
}

type Selected = ImportedProviderDetail['selected'][number];

/** The steps of an import: the operations of a document, what a selection would change, and the import itself. */
export const useImport = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const notify = useNotify();
  const navigate = useNavigate();
  const refresh = useRefresh();
  const [busy, setBusy] = useState(false);
  const [offered, setOffered] = useState<ImportPreview['offered']>();
  const [preview, setPreview] = useState<ImportPreview>();
  const [inForce, setInForce] = useState<ReadonlyMap<string, Selected>>(new Map());

  const during = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      notify(error instanceof Error ? error.message : 'It could not be imported.', { type: 'error' });
    } finally {
      setBusy(false);
    }
  };
  const forget = () => setPreview(undefined);
  const restart = () => {
    forget();
    setOffered(undefined);
  };
  /** Chosen at first is what is in force. */
  const read = (wanted: WantedDocument, choose: (operations: readonly string[]) => void) =>
    during(async () => {
      restart();
      const { offered: found } = await api.previewImport({ ...wanted, operations: [] });
      const before = selectedBefore(found, (await api.importOf(wanted.provider))?.selected ?? []);
      choose([...before.keys()]);
      setInForce(before);
      setOffered(found);
    });
  /** The choice, with what an earlier import has said of it: names, effects, scopes. */
  const selection = (operations: readonly string[]) =>
    operations.map((operation) => inForce.get(operation) ?? operation);
  const look = (wanted: WantedDocument, operations: readonly string[]) =>
    during(async () => {
      setPreview(await api.previewImport({ ...wanted, operations: selection(operations) }));
    });
  const apply = (wanted: WantedDocument, operations: readonly string[]) =>
    during(async () => {
      await api.importDocument({ ...wanted, operations: selection(operations), digest: preview?.digest });
      notify('The actions are in force.', { type: 'success' });
      refresh();
      navigate(recordPath('providers', wanted.provider));
    });
  return { busy, offered, preview, read, look, apply, forget, restart };
};

/** The operations of a document that an import before has asked for, by the names that the document gives them. */
const selectedBefore = (found: ImportPreview['offered'], selected: readonly Selected[]) =>
  new Map(
    found.flatMap(({ operation, method, path }) => {
      const before = selected.find((one) => [operation, `${method} ${path}`].includes(one.operation));
      return before ? [[operation, { ...before, operation }]] : [];
    }),
  );
