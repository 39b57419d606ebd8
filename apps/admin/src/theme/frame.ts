import type { Components, Theme } from '@mui/material';

/** The frame around the pages: app bar, sidebar and menu of react-admin. */
export const frame: Components<Theme> = {
  MuiAppBar: {
    defaultProps: { elevation: 0, color: 'inherit' },
    styleOverrides: {
      root: ({ theme }) => ({
        backgroundColor: theme.palette.background.default,
        color: theme.palette.text.primary,
        borderBottom: `1px solid ${theme.palette.divider}`,
      }),
    },
  },
  RaLayout: {
    styleOverrides: {
      root: ({ theme }: { theme: Theme }) => ({
        minWidth: 0,
        '& .RaLayout-appFrame': { marginTop: 56 },
        '& .RaLayout-contentWithSidebar': { minWidth: 0 },
        '& .RaLayout-content': {
          minWidth: 0,
          padding: '28px 32px 48px',
          [theme.breakpoints.down('md')]: { padding: '20px 16px 40px' },
        },
      }),
    },
  },
  RaSidebar: {
    styleOverrides: {
      root: ({ theme }: { theme: Theme }) => ({
        [theme.breakpoints.up('sm')]: {
          height: 'auto',
          borderRight: `1px solid ${theme.palette.divider}`,
          '& .RaSidebar-fixed': { height: 'calc(100vh - 56px)', overflowY: 'auto' },
        },
        [theme.breakpoints.only('xs')]: {
          '& .MuiPaper-root': { width: 272 },
        },
      }),
    },
  },
  RaMenu: {
    styleOverrides: {
      root: ({ theme }: { theme: Theme }) => ({
        [theme.breakpoints.only('xs')]: { '&.RaMenu-open': { width: 'auto' } },
      }),
    },
  },
  RaMenuItemLink: {
    styleOverrides: {
      root: ({ theme }: { theme: Theme }) => ({
        margin: '1px 8px',
        minHeight: 38,
        borderRadius: 8,
        fontSize: '0.875rem',
        fontWeight: 500,
        paddingInline: 10,
        '& .RaMenuItemLink-icon': { minWidth: 32, '& svg': { fontSize: 20 } },
        '&.RaMenuItemLink-active': {
          color: theme.palette.text.primary,
          fontWeight: 650,
          backgroundColor: theme.palette.mode === 'dark' ? '#252a27' : '#ebe8df',
          '& .RaMenuItemLink-icon': { color: theme.palette.brass },
        },
      }),
    },
  },
} as Components<Theme>;
