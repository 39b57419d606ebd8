import { Stack, Typography } from '@mui/material';
import HelpIcon from '@mui/icons-material/HelpOutlineOutlined';
import VerifiedIcon from '@mui/icons-material/VerifiedOutlined';
import type { ConnectorPreset } from '../../api-types';

type Tried = NonNullable<ConnectorPreset['guide']['tried']>;

const words: Record<Tried, string> = {
  knowledge: 'Not tried against the real server, nor compared with its documentation',
  documentation: 'Not tried against the real server',
  server: 'Tried against the real server',
};

/** Says how far a description was compared with the real server; nothing for a standard. */
export const TriedMark = ({ tried }: { tried: Tried | undefined }) => {
  if (tried === undefined) return null;
  const Icon = tried === 'server' ? VerifiedIcon : HelpIcon;
  return (
    <Stack
      direction="row"
      component="span"
      data-tried={tried}
      sx={{
        gap: 0.75,
        alignItems: 'flex-start',
        color: tried === 'knowledge' ? 'warning.main' : 'text.secondary',
      }}
    >
      <Icon aria-hidden sx={{ fontSize: 16, mt: '2px', flex: 'none' }} />
      <Typography variant="caption" component="span">
        {words[tried]}
      </Typography>
    </Stack>
  );
};
