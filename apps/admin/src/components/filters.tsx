import { useState, type ReactNode } from 'react';
import { Badge, Box, Button, Collapse, useMediaQuery, type Theme } from '@mui/material';
import { FilterLiveForm, useListContext } from 'react-admin';
import TuneIcon from '@mui/icons-material/Tune';

const activeCount = (values: Record<string, unknown>) =>
  Object.values(values).filter((value) => value !== '' && value != null).length;

/** The filters of a list; folded behind a button on a phone. They live in the address, so they can be linked. */
export const Filters = ({ children, unfolded = false }: { children: ReactNode; unfolded?: boolean }) => {
  const { filterValues, setFilters } = useListContext();
  const narrow = useMediaQuery<Theme>((theme) => theme.breakpoints.down('md')) && !unfolded;
  const [open, setOpen] = useState(false);
  const count = activeCount(filterValues);
  return (
    <Box sx={{ mb: 2 }} role="search" aria-label="Filters">
      {narrow && (
        <Badge badgeContent={count} color="primary">
          <Button
            variant="outlined"
            startIcon={<TuneIcon />}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            Filters
          </Button>
        </Badge>
      )}
      <Collapse in={!narrow || open}>
        <Box
          sx={{
            mt: narrow ? 2 : 0,
            '& form': {
              display: 'grid',
              gap: 1.5,
              alignItems: 'start',
              gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr', md: 'repeat(auto-fill, minmax(190px, 1fr))' },
            },
            '& .MuiFormHelperText-root': { display: 'none' },
          }}
        >
          <FilterLiveForm debounce={350}>
            {children}
            {count > 0 && (
              <Button variant="text" onClick={() => setFilters({})} sx={{ justifySelf: 'start' }}>
                Clear filters
              </Button>
            )}
          </FilterLiveForm>
        </Box>
      </Collapse>
    </Box>
  );
};
