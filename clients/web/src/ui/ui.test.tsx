// The pieces that people must not misread: log-in, freshness, refusals.
import { MantineProvider } from '@mantine/core';
import { Code } from '@connectrpc/connect';
import { act, fireEvent, render, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import type { App } from '../app';
import type { Refusal } from '../base/refusal';
import { MemoryValues } from '../base/testing/memory_values';
import { TurnableClock } from '../base/testing/turnable_clock';
import { clockText } from '../base/time';
import { Value } from '../base/value';
import { startLanguage } from '../i18n/text';
import type { Act } from '../outbox/act';
import { refusal } from '../outbox/testing';
import { type LinkState, noLink } from '../picture/link_state';
import { AppContext } from './app_context';
import { LiveState } from './LiveState';
import { Login } from './Login';
import { OutboxNotes } from './OutboxNotes';

let clock: TurnableClock;
let link: Value<LinkState>;
let acts: Value<readonly Act[]>;
let trouble: Value<Refusal | undefined>;
const login = vi.fn<(name: string, password: string) => Promise<Refusal | undefined>>();
const dismiss = vi.fn(() => Promise.resolve());

beforeAll(() => startLanguage(new MemoryValues().windowOf()));
beforeEach(() => {
  clock = new TurnableClock();
  link = new Value(noLink);
  acts = new Value<readonly Act[]>([]);
  trouble = new Value<Refusal | undefined>(undefined);
  login.mockReset();
});

function show(piece: ReactNode) {
  const app = {
    face: 'console',
    clock,
    link,
    session: { login, ended: new Value(false) },
    outbox: { acts, trouble, dismiss },
  } as unknown as App;
  render(
    <MantineProvider>
      <AppContext value={app}>{piece}</AppContext>
    </MantineProvider>,
  );
}

describe('Login', () => {
  async function logInAndRead(answer: Refusal): Promise<string | null> {
    login.mockResolvedValue(answer);
    show(<Login />);
    fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'seat-02' } });
    fireEvent.change(screen.getByLabelText('Password'), { target: { value: 'secret' } });
    await act(async () => {
      fireEvent.submit(screen.getByRole('form', { name: 'Log in' }));
      await Promise.resolve();
    });
    expect(login).toHaveBeenCalledWith('seat-02', 'secret');
    return screen.getByRole('alert').textContent;
  }

  it('tells a wrong password from a hub that is away', async () => {
    expect(await logInAndRead(refusal(Code.Unauthenticated, 'login.wrong'))).toMatch(/^Wrong name/);
  });

  it('says that the hub cannot be reached', async () => {
    expect(await logInAndRead(refusal(Code.Unavailable))).toMatch(/cannot be reached/);
  });

  it('says what the device lacks', () => {
    show(<Login />); // jsdom has no WebRTC.
    expect(screen.getByRole('region', { name: 'This device lacks:' }).textContent).toMatch(
      /WebRTC/,
    );
  });
});

describe('LiveState', () => {
  it('shows the age of the news, announces the state alone, and says since when it is stale', async () => {
    const newsAtMs = clock.now();
    link.set({ ...noLink, phase: 'live', newsAtMs });
    show(<LiveState />);
    await act(() => clock.advance(3_000));
    const state = screen.getByRole('status', { name: 'State of the picture' });
    expect(state.textContent).toBe('● Live');
    expect(state.parentElement?.textContent).toBe('● Live 3 s');
    act(() => link.set({ ...noLink, phase: 'stale', newsAtMs }));
    const stale = `Stale since ${clockText(newsAtMs, clock.now())}`;
    expect(state.textContent).toBe(`■ ${stale}`);
    act(() => link.set({ ...noLink, phase: 'stale', newsAtMs, noAnswer: true }));
    expect(state.textContent).toBe(`■ No answer from the hub · ${stale}`);
  });
});

describe('OutboxNotes', () => {
  const waiting: Act = {
    requestId: 'r',
    sequence: 1,
    personId: 'p',
    method: 'm',
    body: new Uint8Array(),
    doneAtMs: 0,
    label: { key: 'act.issue_order', args: { team: 'Fire 3' } },
  };

  it('are silent about an act that is just being sent, and count what waits in an outage', () => {
    acts.set([waiting]);
    show(<OutboxNotes />);
    expect(screen.queryByRole('status')).toBeNull();
    act(() => trouble.set(refusal(Code.Unavailable)));
    expect(screen.getByRole('status').textContent).toBe('1 waiting to be sent');
  });

  it('keep a refusal until somebody says that it was read', () => {
    const why = { ...refusal(Code.NotFound, 'incident.unknown'), args: { id: 'F1' } };
    acts.set([{ ...waiting, refusal: why }]);
    show(<OutboxNotes />);
    const note = screen.getByRole('alert');
    expect(note.textContent).toMatch('Not accepted: Order to Fire 3');
    expect(note.textContent).toMatch('There is no incident F1.');
    fireEvent.click(screen.getByRole('button', { name: 'Understood' }));
    expect(dismiss).toHaveBeenCalledWith('r');
  });
});
