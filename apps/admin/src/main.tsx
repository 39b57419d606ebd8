import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { authProvider } from './providers/auth-provider';
import { dataProvider } from './providers/data-provider';
import { watchPresence } from './providers/presence';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root element.');

watchPresence(window);
createRoot(root).render(
  <StrictMode>
    <App dataProvider={dataProvider} authProvider={authProvider} />
  </StrictMode>,
);
