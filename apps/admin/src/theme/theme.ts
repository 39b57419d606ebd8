import type { PaletteOptions, ThemeOptions } from '@mui/material';
import type { RaThemeOptions } from 'react-admin';
import { controls } from './controls';
import { darkPalette, lightPalette } from './palette';
import { frame } from './frame';

const sans =
  '-apple-system, BlinkMacSystemFont, "Segoe UI Variable Text", "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
export const mono =
  'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace';

const typography: ThemeOptions['typography'] = {
  fontFamily: sans,
  h1: { fontSize: '1.625rem', lineHeight: 1.25, fontWeight: 650, letterSpacing: '-0.015em' },
  h2: { fontSize: '1.0625rem', lineHeight: 1.35, fontWeight: 650, letterSpacing: '-0.005em' },
  h3: { fontSize: '0.9375rem', lineHeight: 1.4, fontWeight: 650 },
  h6: { fontSize: '1rem', fontWeight: 600 },
  body1: { fontSize: '0.9375rem', lineHeight: 1.55 },
  body2: { fontSize: '0.875rem', lineHeight: 1.5 },
  caption: { fontSize: '0.8125rem', lineHeight: 1.45 },
  overline: {
    fontSize: '0.75rem',
    lineHeight: 1.5,
    fontWeight: 600,
    letterSpacing: '0.04em',
    textTransform: 'none',
  },
  button: { fontSize: '0.875rem', fontWeight: 600, textTransform: 'none', letterSpacing: 0 },
};

const theme = (palette: PaletteOptions): RaThemeOptions => ({
  palette,
  typography,
  shape: { borderRadius: 8 },
  sidebar: { width: 224, closedWidth: 56 },
  components: { ...controls, ...frame },
});

export const lightTheme = theme(lightPalette);
export const darkTheme = theme(darkPalette);
