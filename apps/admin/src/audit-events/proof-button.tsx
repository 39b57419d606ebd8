import DownloadIcon from '@mui/icons-material/FileDownloadOutlined';
import { useDataProvider } from 'react-admin';
import { CommandButton } from '../components/command-button';
import type { ValetkeyDataProvider } from '../providers/data-provider';

const save = (name: string, text: string) => {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  Object.assign(document.createElement('a'), { href: address, download: name }).click();
  URL.revokeObjectURL(address);
};

/** Downloads the proof of an event; why there is none, as for an event of the chain of before, is said in words. */
export const ProofButton = ({ id }: { id: string }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  return (
    <CommandButton
      startIcon={<DownloadIcon />}
      run={async () => save(`${id}.proof.json`, await api.eventProof(id))}
      done="The proof is saved. valetkey-verify --proof checks it without this server; a later erasure does not reach this copy."
    >
      Download proof
    </CommandButton>
  );
};
