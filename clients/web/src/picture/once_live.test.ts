import { expect, it, vi } from 'vitest';

import { Value } from '../base/value';
import type { LinkState } from './link_state';
import { onceLive } from './once_live';

const link = () => new Value<Pick<LinkState, 'phase'>>({ phase: 'live' });

it('waits until the picture becomes live again, and does it once', () => {
  const run = vi.fn();
  const state = link();
  onceLive(state, run);
  state.set({ phase: 'live' }); // Some other news.
  state.set({ phase: 'stale' });
  expect(run).not.toHaveBeenCalled();
  state.set({ phase: 'live' });
  state.set({ phase: 'stale' });
  state.set({ phase: 'live' });
  expect(run).toHaveBeenCalledTimes(1);
});

it('does nothing when nobody waits any more', () => {
  const run = vi.fn();
  const state = link();
  onceLive(state, run)();
  state.set({ phase: 'stale' });
  state.set({ phase: 'live' });
  expect(run).not.toHaveBeenCalled();
});
