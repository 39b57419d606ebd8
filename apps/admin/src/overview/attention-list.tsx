import { Box, Typography } from '@mui/material';
import { LinkBase } from 'react-admin';
import CheckIcon from '@mui/icons-material/Check';
import ChevronRightIcon from '@mui/icons-material/ChevronRight';
import WarningIcon from '@mui/icons-material/PriorityHigh';
import { StatusMark } from '../components/status-chip';
import type { Attention } from './attention';

const row = { display: 'flex', gap: 1.5, alignItems: 'center', px: 2, py: 1.5 } as const;

const AllWell = () => (
  <Box sx={row}>
    <StatusMark status="ok" look={{ label: 'All is well', tone: 'ok', icon: CheckIcon }} />
    <Typography variant="body2">
      Nothing. Every task ended well or is on its way, and every connection has its tokens.
    </Typography>
  </Box>
);

export const AttentionList = ({ items }: { items: Attention[] }) => {
  if (items.length === 0) return <AllWell />;
  return (
    <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
      {items.map(({ key, tone, title, advice, to }) => (
        <Box
          component="li"
          key={key}
          sx={{ borderBottom: 1, borderColor: 'divider', '&:last-of-type': { borderBottom: 0 } }}
        >
          <Box
            component={LinkBase}
            to={to}
            sx={{
              ...row,
              color: 'inherit',
              textDecoration: 'none',
              '&:hover': { backgroundColor: 'action.hover' },
            }}
          >
            <StatusMark status={key} look={{ label: title, tone, icon: WarningIcon }} />
            <Box sx={{ flex: 1, minWidth: 0 }}>
              <Typography variant="body2" sx={{ fontWeight: 600 }}>
                {title}
              </Typography>
              <Typography variant="body2" color="textSecondary">
                {advice}
              </Typography>
            </Box>
            <ChevronRightIcon aria-hidden sx={{ color: 'text.disabled' }} />
          </Box>
        </Box>
      ))}
    </Box>
  );
};
