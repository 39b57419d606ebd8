import { Alert, Box, Button, Stack } from '@mui/material';
import { CopyField } from '../components/copy-field';
import { mono } from '../theme/theme';

interface RecoveryCodeListProps {
  codes: readonly string[];
  onKept: () => void;
}

/** The only time that recovery codes are seen. */
export const RecoveryCodeList = ({ codes, onKept }: RecoveryCodeListProps) => (
  <Stack sx={{ gap: 2 }}>
    <Alert severity="warning" variant="outlined">
      Keep these recovery codes where you do not keep your phone. Each lets you in once without it. They are
      shown only now.
    </Alert>
    <Box
      component="ol"
      aria-label="Recovery codes"
      sx={{
        m: 0,
        p: 2,
        listStyle: 'none',
        display: 'grid',
        gridTemplateColumns: '1fr 1fr',
        gap: 1,
        justifyItems: 'center',
        fontFamily: mono,
        fontSize: '0.875rem',
        borderRadius: 2,
        backgroundColor: (theme) => theme.palette.sunken,
      }}
    >
      {codes.map((code) => (
        <li key={code}>{code}</li>
      ))}
    </Box>
    <CopyField value={codes.join(' ')} label="All recovery codes" />
    <Button variant="contained" onClick={onKept}>
      I have kept the codes
    </Button>
  </Stack>
);
