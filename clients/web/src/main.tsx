// Mounts the console or the field app, by the page that loads this.
import './ui/tokens.css';
import '@mantine/core/styles.css';
import './ui/base.css';
import './ui/pieces.css';

import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';

import { type Face, makeApp } from './app';
import { Frame } from './ui/Frame';

const face: Face = document.documentElement.dataset['face'] === 'field' ? 'field' : 'console';
// Each page loads its own part only: a phone needs no map library.
const Part = {
  console: lazy(async () => ({ default: (await import('./console/Console')).Console })),
  field: lazy(async () => ({ default: (await import('./field/Field')).Field })),
}[face];

const root = document.getElementById('root');
if (!root) throw new Error('no root element');

createRoot(root).render(
  <StrictMode>
    <Frame app={makeApp(face)}>
      <Suspense>
        <Part />
      </Suspense>
    </Frame>
  </StrictMode>,
);
