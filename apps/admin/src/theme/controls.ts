import type { Components, Theme } from '@mui/material';

const focusRing = (theme: Theme) => ({
  outline: `2px solid ${theme.palette.primary.main}`,
  outlineOffset: 2,
});

type Overrides = Components<Theme>;

/** Buttons, inputs, surfaces. */
export const controls: Overrides = {
  MuiCssBaseline: {
    styleOverrides: (theme) => ({
      body: { fontVariantNumeric: 'tabular-nums', WebkitFontSmoothing: 'antialiased' },
      'a:focus-visible, button:focus-visible, [tabindex]:focus-visible, summary:focus-visible':
        focusRing(theme),
      '@media (prefers-reduced-motion: reduce)': {
        // Every component sets its own durations by class.
        '*, *::before, *::after': {
          animationDuration: '0.01ms !important',
          animationIterationCount: '1 !important',
          // Not merely short: "all" would then run down the tree, one frame for each level.
          transitionDuration: '0s !important',
        },
      },
    }),
  },
  MuiButtonBase: {
    defaultProps: { disableRipple: true },
    styleOverrides: { root: ({ theme }) => ({ '&.Mui-focusVisible': focusRing(theme) }) },
  },
  MuiButton: {
    defaultProps: { disableElevation: true },
    styleOverrides: {
      root: { borderRadius: 8, minHeight: 36, paddingInline: 14 },
      sizeSmall: { minHeight: 32, paddingInline: 10 },
      outlined: ({ theme }) => ({ borderColor: theme.palette.line }),
    },
  },
  MuiCard: {
    defaultProps: { variant: 'outlined' },
    styleOverrides: {
      root: {
        // Links that reach the card's edge have their focus ring inside: the card clips anything outside of it.
        '& li > a:focus-visible, & [role="region"]:focus-visible': { outlineOffset: -3 },
      },
    },
  },
  MuiPaper: {
    styleOverrides: {
      root: { backgroundImage: 'none' },
      outlined: ({ theme }) => ({ borderColor: theme.palette.divider, borderRadius: 12 }),
    },
  },
  MuiDialog: { styleOverrides: { paper: { borderRadius: 14 } } },
  MuiDialogTitle: { styleOverrides: { root: { fontSize: '1.125rem', fontWeight: 650 } } },
  MuiDialogActions: { styleOverrides: { root: { padding: '8px 20px 20px' } } },
  MuiTextField: { defaultProps: { variant: 'outlined', size: 'small', margin: 'none', fullWidth: true } },
  MuiFormControl: {
    defaultProps: { variant: 'outlined', size: 'small', margin: 'none', fullWidth: true },
    // react-admin's select asks for the dense margin and would sit lower than its neighbours.
    styleOverrides: { marginDense: { marginTop: 0, marginBottom: 0 } },
  },
  MuiOutlinedInput: {
    styleOverrides: {
      root: ({ theme }) => ({ backgroundColor: theme.palette.background.paper }),
      notchedOutline: ({ theme }) => ({ borderColor: theme.palette.line }),
    },
  },
  MuiTooltip: {
    defaultProps: { enterDelay: 300 },
    styleOverrides: { tooltip: { fontSize: '0.8125rem', maxWidth: 320 } },
  },
  MuiTableCell: {
    styleOverrides: {
      root: ({ theme }) => ({ borderColor: theme.palette.divider, padding: '12px 16px' }),
      head: ({ theme }) => ({
        color: theme.palette.text.secondary,
        fontSize: '0.8125rem',
        fontWeight: 600,
        paddingBlock: 10,
        whiteSpace: 'nowrap',
        backgroundColor: theme.palette.sunken,
      }),
    },
  },
  MuiTablePagination: { styleOverrides: { root: { border: 0 } } },
  MuiAlert: {
    styleOverrides: {
      root: { borderRadius: 10, alignItems: 'center' },
      message: { flex: 1, minWidth: 0, overflowWrap: 'anywhere' },
    },
  },
  MuiLink: { defaultProps: { underline: 'hover' }, styleOverrides: { root: { fontWeight: 500 } } },
};
