import { lazy, Suspense, useEffect, useState } from 'react';
import { Box, Button, IconButton, Tooltip, useMediaQuery, type Theme } from '@mui/material';
import SearchIcon from '@mui/icons-material/Search';
import { useStore } from 'react-admin';

const SearchDialog = lazy(() => import('./search-dialog'));

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.closest('input, textarea, select, [role="combobox"]') !== null);

/** A question that waits for an answer is not covered by another dialog. */
const isAsked = (): boolean => document.querySelector('[role="dialog"]') !== null;

/** Calls back when the keys of the search are pressed: Ctrl-K or Cmd-K anywhere, `/` where nobody types. */
const useSearchKeys = (slash: boolean, onPress: () => void) => {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isChord = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k';
      const isSlash =
        slash &&
        event.key === '/' &&
        !event.ctrlKey &&
        !event.metaKey &&
        !event.altKey &&
        !isTyping(event.target);
      if (!(isChord || isSlash) || event.defaultPrevented || isAsked()) return;
      event.preventDefault();
      onPress();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [slash, onPress]);
};

const Key = ({ children }: { children: string }) => (
  <Box
    component="kbd"
    aria-hidden
    sx={{
      ml: 2,
      px: 0.75,
      border: 1,
      borderColor: 'divider',
      borderRadius: 1,
      font: 'inherit',
      fontSize: '0.75rem',
      lineHeight: 1.5,
    }}
  >
    {children}
  </Box>
);

/** Opens the search, by itself and by its keys; the box is loaded when it is opened for the first time. */
export const SearchButton = () => {
  const isNarrow = useMediaQuery<Theme>((theme) => theme.breakpoints.down('md'));
  const [isOpen, setIsOpen] = useState(false);
  // Speech input types single characters: they can be switched off.
  const [slash, setSlash] = useStore('search.slash', true);
  const [open] = useState(() => () => setIsOpen(true));
  useSearchKeys(slash, open);
  const keys = slash ? '/ Control+K Meta+K' : 'Control+K Meta+K';
  return (
    <>
      {isNarrow ? (
        <Tooltip title="Search">
          <IconButton color="inherit" aria-label="Search" aria-keyshortcuts={keys} onClick={open}>
            <SearchIcon />
          </IconButton>
        </Tooltip>
      ) : (
        <Button
          variant="outlined"
          color="inherit"
          size="small"
          startIcon={<SearchIcon />}
          aria-keyshortcuts={keys}
          onClick={open}
          sx={{ color: 'text.secondary', fontWeight: 500, mr: 0.5 }}
        >
          Search
          <Key>{slash ? '/' : 'Ctrl K'}</Key>
        </Button>
      )}
      {isOpen && (
        <Suspense fallback={null}>
          <SearchDialog slash={slash} onSlash={setSlash} onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  );
};
