import { useState } from 'react';
import { Box, Button, InputAdornment, Stack, TextField, Typography } from '@mui/material';
import SearchIcon from '@mui/icons-material/Search';
import { LinkBase, useLocation, useNavigate } from 'react-admin';
import type { Connector, ConnectorPreset } from '../../api-types';
import { Section } from '../../components/section';
import { EmptyState } from '../../components/states';
import { GalleryCard } from './gallery-card';
import { addPath, galleryItems, searchItems, type GalleryItem } from './gallery-items';

/** The search is in the address too, so that the way back from a provider leads to it; the field is always ahead of it. */
const useSearch = () => {
  const { search } = useLocation();
  const navigate = useNavigate();
  const [text, setText] = useState(() => new URLSearchParams(search).get('search') ?? '');
  const set = (typed: string) => {
    setText(typed);
    const query = typed === '' ? '' : `?${new URLSearchParams({ search: typed }).toString()}`;
    navigate(`/connectors/create${query}`, { replace: true });
  };
  return [text, set] as const;
};

const Cards = ({ items }: { items: GalleryItem[] }) => (
  <Box
    component="ul"
    sx={{
      listStyle: 'none',
      m: 0,
      p: 0,
      display: 'grid',
      gap: 1.5,
      gridTemplateColumns: 'repeat(auto-fill, minmax(min(260px, 100%), 1fr))',
    }}
  >
    {items.map((item) => (
      <GalleryCard key={`${item.preset.id} ${item.id}`} item={item} />
    ))}
  </Box>
);

const Nothing = ({ search, standards }: { search: string; standards: GalleryItem[] }) => (
  <EmptyState
    icon={SearchIcon}
    title={`No provider matches “${search}”`}
    action={
      <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap', justifyContent: 'center' }}>
        {standards.map((item) => (
          <Button key={item.id} component={LinkBase} to={addPath(item)} variant="outlined">
            Use {item.displayName}
          </Button>
        ))}
      </Stack>
    }
  >
    Any server that speaks OAuth 2.0 or OpenID Connect can be connected by its addresses. A provider can also
    be described by a file of your own, in the directory that <code>VALETKEY_CATALOGUE_DIR</code> names.
  </EmptyState>
);

interface GalleryProps {
  presets: ConnectorPreset[];
  connectors: Connector[];
}

/** Every provider that is known, by name or by what people have there. */
export const Gallery = ({ presets, connectors }: GalleryProps) => {
  const [search, setSearch] = useSearch();
  const all = galleryItems(presets, connectors);
  const found = searchItems(all, search);
  const providers = found.filter(({ isStandard }) => !isStandard);
  const standards = found.filter(({ isStandard }) => isStandard);
  return (
    <>
      <TextField
        type="search"
        label="Search providers"
        placeholder="Name or use, like calendar"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        autoFocus
        fullWidth
        slotProps={{
          input: {
            startAdornment: (
              <InputAdornment position="start">
                <SearchIcon aria-hidden fontSize="small" />
              </InputAdornment>
            ),
          },
        }}
        sx={{ maxWidth: 480, mb: 1 }}
      />
      <Typography variant="body2" color="textSecondary" role="status" sx={{ mb: 3 }}>
        {found.length === all.length ? `${all.length} kinds` : `${found.length} of ${all.length} match`}
      </Typography>
      {found.length === 0 && (
        <Nothing search={search} standards={all.filter(({ isStandard }) => isStandard)} />
      )}
      {providers.length > 0 && (
        <Section title="Providers" bare>
          <Cards items={providers} />
        </Section>
      )}
      {standards.length > 0 && (
        <Section title="Any other server" bare>
          <Cards items={standards} />
        </Section>
      )}
    </>
  );
};
