import { useSyncExternalStore } from 'react';
import { Alert, Box } from '@mui/material';
import { onlineManager } from '@tanstack/react-query';

const subscribe = (listener: () => void) => onlineManager.subscribe(listener);

/** Says that this browser has no network, and that the page shows what it had before. */
export const OfflineNotice = () => {
  const isOnline = useSyncExternalStore(subscribe, () => onlineManager.isOnline());
  return (
    <Box role="status">
      {!isOnline && (
        <Alert severity="warning" variant="outlined" role="presentation" sx={{ mt: 2 }}>
          You are offline. This page shows what was last loaded, and goes on by itself once you are back.
        </Alert>
      )}
    </Box>
  );
};
