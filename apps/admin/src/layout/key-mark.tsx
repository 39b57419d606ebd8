import { Box } from '@mui/material';

/** The product's mark, the same drawing as the favicon. */
export const KeyMark = ({ size = 28 }: { size?: number }) => (
  <Box component="svg" viewBox="0 0 32 32" aria-hidden sx={{ width: size, height: size, flex: 'none' }}>
    <rect width="32" height="32" rx="8" fill="#17453d" />
    <g fill="none" stroke="#f0c878" strokeWidth="2.6" strokeLinecap="round" strokeLinejoin="round">
      <circle cx="11.5" cy="12" r="4.6" />
      <path d="M14.9 15.4 24 24.5M20.4 20.9l2.6-2.6M17.4 17.9l1.8-1.8" />
    </g>
  </Box>
);
