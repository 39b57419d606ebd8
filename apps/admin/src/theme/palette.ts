import type { PaletteOptions } from '@mui/material';

/** A tone is a meaning, not a colour: each has a text, a background and a line that pass AA together. */
export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'idle';
export type Tones = Record<Tone, { text: string; fill: string; line: string }>;

declare module '@mui/material/styles' {
  interface Palette {
    tones: Tones;
    brass: string;
    line: string;
    sunken: string;
  }
  interface PaletteOptions {
    tones?: Tones;
    brass?: string;
    line?: string;
    sunken?: string;
  }
}

export const lightPalette: PaletteOptions = {
  mode: 'light',
  primary: { main: '#17453d', dark: '#0f302a', light: '#2b6a5f', contrastText: '#ffffff' },
  secondary: { main: '#6b5416', contrastText: '#ffffff' },
  error: { main: '#a32020' },
  warning: { main: '#7a4b00' },
  success: { main: '#1b5e3b' },
  info: { main: '#1d4f80' },
  background: { default: '#f7f6f2', paper: '#ffffff' },
  text: { primary: '#1b1d1c', secondary: '#585c5a', disabled: '#8b8f8c' },
  divider: '#e5e2da',
  line: '#cfcbc0',
  sunken: '#f2f0ea',
  brass: '#a8762a',
  tones: {
    ok: { text: '#1b5e3b', fill: '#e6f2ea', line: '#b4d8c2' },
    warn: { text: '#7a4b00', fill: '#fbf0da', line: '#e6cb94' },
    bad: { text: '#9b1c1c', fill: '#fbe9e7', line: '#efc0ba' },
    info: { text: '#1d4f80', fill: '#e6eff8', line: '#b9d1e8' },
    idle: { text: '#4a4d52', fill: '#efede8', line: '#d6d3ca' },
  },
};

export const darkPalette: PaletteOptions = {
  mode: 'dark',
  primary: { main: '#8fcbb9', dark: '#6fb3a0', light: '#b2dfd1', contrastText: '#0e2520' },
  secondary: { main: '#dcb765', contrastText: '#231a05' },
  error: { main: '#f2a49b' },
  warning: { main: '#e9be6a' },
  success: { main: '#8fd6ac' },
  info: { main: '#9cc7f0' },
  background: { default: '#131514', paper: '#1b1e1c' },
  text: { primary: '#ecebe6', secondary: '#a9ada8', disabled: '#767a76' },
  divider: '#2c302d',
  line: '#454a46',
  sunken: '#161917',
  brass: '#dcb765',
  tones: {
    ok: { text: '#8fd6ac', fill: '#15291d', line: '#2b4c38' },
    warn: { text: '#e9be6a', fill: '#2c2310', line: '#544422' },
    bad: { text: '#f2a49b', fill: '#331916', line: '#5e302a' },
    info: { text: '#9cc7f0', fill: '#142536', line: '#2b4762' },
    idle: { text: '#bcbfb8', fill: '#272a27', line: '#3e423e' },
  },
};
