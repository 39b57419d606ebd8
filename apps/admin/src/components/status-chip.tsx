import { Box } from '@mui/material';
import type { SvgIconComponent } from '@mui/icons-material';
import type { Tone } from '../theme/palette';

export interface StatusLook {
  label: string;
  tone: Tone;
  icon: SvgIconComponent;
}

/** A status in words and a shape, never in colour alone. `data-status` is the API's own value. */
export const StatusChip = ({ status, look }: { status: string; look: StatusLook }) => {
  const Icon = look.icon;
  return (
    <Box
      component="span"
      data-status={status}
      sx={(theme) => ({
        display: 'inline-flex',
        alignItems: 'center',
        gap: 0.75,
        height: 24,
        pl: 0.75,
        pr: 1.25,
        borderRadius: 6,
        border: '1px solid',
        borderColor: theme.palette.tones[look.tone].line,
        backgroundColor: theme.palette.tones[look.tone].fill,
        color: theme.palette.tones[look.tone].text,
        fontSize: '0.8125rem',
        fontWeight: 600,
        lineHeight: 1,
        whiteSpace: 'nowrap',
        verticalAlign: 'middle',
      })}
    >
      <Icon aria-hidden sx={{ fontSize: 16 }} />
      {look.label}
    </Box>
  );
};

/** The same look without a label, for dense rows whose text already says it. */
export const StatusMark = ({ status, look }: { status: string; look: StatusLook }) => {
  const Icon = look.icon;
  return (
    <Box
      component="span"
      data-status={status}
      title={look.label}
      sx={(theme) => ({
        display: 'inline-grid',
        placeItems: 'center',
        width: 28,
        height: 28,
        flex: 'none',
        borderRadius: '50%',
        backgroundColor: theme.palette.tones[look.tone].fill,
        color: theme.palette.tones[look.tone].text,
      })}
    >
      <Icon aria-hidden sx={{ fontSize: 17 }} />
    </Box>
  );
};
