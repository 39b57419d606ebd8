import { useId, useState, type HTMLAttributes } from 'react';
import {
  Alert,
  Autocomplete,
  Box,
  Checkbox,
  Dialog,
  FormControlLabel,
  IconButton,
  InputAdornment,
  Stack,
  TextField,
  Typography,
  useMediaQuery,
  type AutocompleteRenderGroupParams,
  type AutocompleteRenderInputParams,
  type PopperProps,
  type Theme,
} from '@mui/material';
import CloseIcon from '@mui/icons-material/Close';
import SearchIcon from '@mui/icons-material/Search';
import { useRedirect } from 'react-admin';
import type { Choice } from './hits';
import { noteChoice } from './recent';
import { useChoices } from './use-choices';

interface SearchDialogProps {
  /** Whether the search opens with `/`. */
  slash: boolean;
  onSlash: (slash: boolean) => void;
  onClose: () => void;
}

/** The list stands in the dialog, below the box, instead of floating above the page. */
const InPlace = ({ children }: Pick<PopperProps, 'children'>) => (
  <Box sx={{ '& .MuiAutocomplete-paper': { boxShadow: 'none', borderRadius: 0 } }}>
    {typeof children === 'function' ? null : children}
  </Box>
);

/** For those who hear the page; others see the list. */
const unseen = {
  position: 'absolute',
  width: '1px',
  height: '1px',
  overflow: 'hidden',
  clipPath: 'inset(50%)',
} as const;

const Option = ({ choice, ...props }: HTMLAttributes<HTMLLIElement> & { choice: Choice }) => (
  <Box component="li" {...props} sx={{ minWidth: 0 }}>
    <Stack sx={{ minWidth: 0, width: '100%' }}>
      <Typography variant="body2" component="span" noWrap>
        {choice.name}
      </Typography>
      {choice.detail && (
        <Typography variant="caption" component="span" color="textSecondary" noWrap>
          {choice.detail}
        </Typography>
      )}
    </Stack>
  </Box>
);

/** Options under one heading, as the combobox pattern has them: a group within the list. */
const Group = ({ group, children }: AutocompleteRenderGroupParams) => {
  const id = useId();
  return (
    <Box component="li" role="group" aria-labelledby={id} sx={{ '& > ul': { p: 0 } }}>
      <Typography
        id={id}
        role="presentation"
        variant="overline"
        component="div"
        color="textSecondary"
        sx={{ px: 2, pt: 1 }}
      >
        {group}
      </Typography>
      <ul role="presentation">{children}</ul>
    </Box>
  );
};

/** The place of the list when there is nothing to offer; MUI reads it out as well. */
const emptyWords = (text: string, isPending: boolean, fault: string | undefined): string => {
  if (isPending) return 'Searching…';
  return fault === undefined
    ? `Nothing is called “${text}”, and no id begins with it.`
    : 'Only pages were looked at.';
};

const countWords = (count: number): string => (count === 1 ? 'One result' : `${count} results`);

/** The text field of the box. */
const Input = ({ params, onClose }: { params: AutocompleteRenderInputParams; onClose: () => void }) => (
  <Stack direction="row" sx={{ alignItems: 'center', gap: 1, p: 2, pb: 1 }}>
    <TextField
      {...params}
      autoFocus
      placeholder="A name, an e-mail address, an id or a page"
      slotProps={{
        ...params.slotProps,
        htmlInput: {
          ...params.slotProps.htmlInput,
          'aria-label': 'Search',
          maxLength: 200,
          spellCheck: false,
        },
        input: {
          ...params.slotProps.input,
          startAdornment: (
            <InputAdornment position="start" sx={{ mr: 0 }}>
              <SearchIcon fontSize="small" />
            </InputAdornment>
          ),
        },
      }}
    />
    <IconButton aria-label="Close the search" onClick={onClose}>
      <CloseIcon fontSize="small" />
    </IconButton>
  </Stack>
);

const SearchBox = ({ onChoose, onClose }: { onChoose: (choice: Choice) => void; onClose: () => void }) => {
  const [text, setText] = useState('');
  const { choices, isPending, fault } = useChoices(text);
  return (
    <>
      <Autocomplete
        open
        autoHighlight
        disablePortal
        forcePopupIcon={false}
        clearOnBlur={false}
        value={null}
        options={choices}
        filterOptions={(all) => all}
        groupBy={({ group }) => group}
        getOptionLabel={({ name }) => name}
        getOptionKey={({ group, path }) => `${group} ${path}`}
        isOptionEqualToValue={(one, other) => one.path === other.path}
        inputValue={text}
        onInputChange={(_, typed, reason) => reason === 'input' && setText(typed)}
        onChange={(_, choice) => choice && onChoose(choice)}
        onClose={(_, reason) => reason === 'escape' && onClose()}
        noOptionsText={emptyWords(text.trim(), isPending, fault)}
        renderGroup={({ key, ...group }) => <Group key={key} {...group} />}
        renderOption={({ key, ...props }, choice) => <Option key={key} {...props} choice={choice} />}
        slots={{ popper: InPlace }}
        slotProps={{ listbox: { sx: { maxHeight: { xs: 'calc(100dvh - 190px)', sm: '55vh' } } } }}
        renderInput={(params) => <Input params={params} onClose={onClose} />}
      />
      {fault !== undefined && (
        <Alert severity="error" variant="outlined" role="alert" sx={{ mx: 2, mb: 1.5 }}>
          The search did not work. {fault}
        </Alert>
      )}
      <Box role="status" aria-label="Results" sx={unseen}>
        {text.trim() !== '' && choices.length > 0 && !isPending && countWords(choices.length)}
      </Box>
    </>
  );
};

/** One box over everything: typed in, walked with the arrow keys, opened with Enter. */
const SearchDialog = ({ slash, onSlash, onClose }: SearchDialogProps) => {
  const isNarrow = useMediaQuery<Theme>((theme) => theme.breakpoints.down('sm'));
  const redirect = useRedirect();
  const choose = (choice: Choice) => {
    noteChoice(choice);
    onClose();
    redirect(choice.path);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      fullScreen={isNarrow}
      fullWidth
      maxWidth="sm"
      slotProps={{ paper: { 'aria-label': 'Search' } }}
      sx={{ '& .MuiDialog-container': { alignItems: 'flex-start' } }}
    >
      <SearchBox onChoose={choose} onClose={onClose} />
      <Stack
        direction="row"
        sx={{
          alignItems: 'center',
          justifyContent: 'space-between',
          px: 2,
          py: 0.5,
          mt: 'auto',
          borderTop: 1,
          borderColor: 'divider',
        }}
      >
        <Typography variant="caption" color="textSecondary">
          Five of each kind at most: type more for less.
        </Typography>
        <FormControlLabel
          control={<Checkbox size="small" checked={slash} onChange={(_, isOn) => onSlash(isOn)} />}
          label="Open with /"
          slotProps={{ typography: { variant: 'caption' } }}
          sx={{ mr: 0, flex: 'none' }}
        />
      </Stack>
    </Dialog>
  );
};

export default SearchDialog;
