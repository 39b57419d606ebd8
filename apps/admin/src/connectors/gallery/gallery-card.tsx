import { Box, Stack, Typography } from '@mui/material';
import { LinkBase } from 'react-admin';
import { addPath, type GalleryItem } from './gallery-items';
import { TriedMark } from './tried-mark';

const inWords = (count: number) => (count === 1 ? 'One connector is there' : `${count} connectors are there`);

/** One provider of the gallery, as a link as large as its card. */
export const GalleryCard = ({ item }: { item: GalleryItem }) => (
  <Box component="li" sx={{ display: 'flex', minWidth: 0 }}>
    <Stack
      component={LinkBase}
      to={addPath(item)}
      sx={(theme) => ({
        flex: 1,
        minWidth: 0,
        gap: 0.75,
        p: 2,
        color: 'inherit',
        textDecoration: 'none',
        border: `1px solid ${theme.palette.divider}`,
        borderRadius: 2,
        backgroundColor: theme.palette.background.paper,
        '&:hover': { borderColor: theme.palette.line, backgroundColor: theme.palette.action.hover },
        '&:focus-visible': { outline: `2px solid ${theme.palette.primary.main}`, outlineOffset: 2 },
      })}
    >
      <Typography variant="h3" component="span" sx={{ overflowWrap: 'anywhere' }}>
        {item.displayName}
      </Typography>
      <Typography variant="body2" color="textSecondary" component="span" sx={{ flex: 1 }}>
        {item.summary}
      </Typography>
      {item.api !== undefined && (
        <Typography variant="caption" color="textSecondary" component="span">
          With a client of {item.preset.displayName}
        </Typography>
      )}
      {item.connectors.length > 0 && (
        <Typography variant="caption" component="span" sx={{ color: 'success.main', fontWeight: 600 }}>
          {inWords(item.connectors.length)}
        </Typography>
      )}
      <TriedMark tried={item.tried} />
    </Stack>
  </Box>
);
