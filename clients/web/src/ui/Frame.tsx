// Around everything: theme, the app for the hooks, and the log-in page while nobody is logged in.
import { MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';

import type { App } from '../app';
import { useValue } from '../base/value';
import { AppContext } from './app_context';
import { Login } from './Login';
import { OutboxNotes } from './OutboxNotes';
import { theme, themeVariables } from './theme';

export function Frame({ app, children }: { app: App; children: ReactNode }) {
  const session = useValue(app.session.current);
  return (
    <MantineProvider theme={theme} defaultColorScheme="dark" cssVariablesResolver={themeVariables}>
      <AppContext value={app}>
        {session ? children : <Login />}
        <OutboxNotes />
      </AppContext>
    </MantineProvider>
  );
}
