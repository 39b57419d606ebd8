import { useState } from 'react';
import { useDataProvider, useNavigate, useNotify, useRefresh } from 'react-admin';
import type { ImportPreview } from '../api-types';
import { recordPath } from '../components/paths';
import type { ValetkeyDataProvider } from '../providers/data-provider';

export interface WantedDocument {
  readonly provider: string;
  readonly document: string;
}

/** The steps of an import: the operations of a document, what a selection would change, and the import itself. */
export const useImport = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const notify = useNotify();
  const navigate = useNavigate();
  const refresh = useRefresh();
  const [busy, setBusy] = useState(false);
  const [offered, setOffered] = useState<ImportPreview['offered']>();
  const [preview, setPreview] = useState<ImportPreview>();

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
      const inForce = new Set(
        (await api.importOf(wanted.provider))?.operations.map(({ operationId }) => operationId),
      );
      choose(found.map(({ operation }) => operation).filter((operation) => inForce.has(operation)));
      setOffered(found);
    });
  const look = (wanted: WantedDocument, operations: readonly string[]) =>
    during(async () => setPreview(await api.previewImport({ ...wanted, operations })));
  const apply = (wanted: WantedDocument, operations: readonly string[]) =>
    during(async () => {
      await api.importDocument({ ...wanted, operations, digest: preview?.digest });
      notify('The actions are in force.', { type: 'success' });
      refresh();
      navigate(recordPath('providers', wanted.provider));
    });
  return { busy, offered, preview, read, look, apply, forget, restart };
};
