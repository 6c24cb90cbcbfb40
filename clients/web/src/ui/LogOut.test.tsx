import { MantineProvider } from '@mantine/core';
import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';

import type { App } from '../app';
import { MemoryValues } from '../base/testing/memory_values';
import { settle } from '../base/testing/turnable_clock';
import { startLanguage } from '../i18n/text';
import { AppContext } from './app_context';
import { LogOut } from './LogOut';

test('leaves the room, and only then ends the log-in', async () => {
  startLanguage(new MemoryValues().windowOf());
  const asked: string[] = [];
  let left: () => void = () => undefined;
  const leave = () => {
    asked.push('leave');
    return new Promise<void>((resolve) => (left = resolve));
  };
  const logout = () => {
    asked.push('log out');
    return Promise.resolve();
  };
  const app = { calls: { leave }, session: { logout } } as unknown as App;
  render(<LogOut />, {
    wrapper: ({ children }) => (
      <MantineProvider env="test">
        <AppContext value={app}>{children}</AppContext>
      </MantineProvider>
    ),
  });
  fireEvent.click(screen.getByRole('button', { name: 'Log out' }));
  await settle();
  expect(asked).toEqual(['leave']);
  left();
  await settle();
  expect(asked).toEqual(['leave', 'log out']);
});
