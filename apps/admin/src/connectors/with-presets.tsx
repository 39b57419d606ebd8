import type { ReactNode } from 'react';
import { Card } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useDataProvider } from 'react-admin';
import type { ConnectorPreset } from '../api-types';
import { ErrorState, LoadingRows } from '../components/states';
import type { ValetkeyDataProvider } from '../providers/data-provider';

/** The kinds of servers. They change with a new version of the server only. */
export const usePresets = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  return useQuery({
    queryKey: ['connector-presets'],
    queryFn: () => api.connectorPresets(),
    retry: false,
    staleTime: Infinity,
  });
};

/** The same, with what is shown until they are there and when they cannot be read. */
export const WithPresets = ({ children }: { children: (presets: ConnectorPreset[]) => ReactNode }) => {
  const { data, error, refetch } = usePresets();
  if (data) return children(data);
  return (
    <Card sx={{ maxWidth: 640 }}>
      {error ? (
        <ErrorState error={error} what="The providers" onRetry={() => void refetch()} />
      ) : (
        <LoadingRows rows={6} />
      )}
    </Card>
  );
};
