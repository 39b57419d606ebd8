import { Box, Button } from '@mui/material';

/** Ends a form; it waits while the form is saved. */
export const SubmitButton = ({ label, busy }: { label: string; busy: boolean }) => (
  <Box>
    <Button type="submit" variant="contained" loading={busy}>
      {label}
    </Button>
  </Box>
);
