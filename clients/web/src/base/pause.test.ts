import { expect, test } from 'vitest';

import { Pause } from './pause';
import { TurnableClock } from './testing/turnable_clock';

test('a second press right after the first does nothing, a later one does', async () => {
  const clock = new TurnableClock();
  const pause = new Pause(clock, 1_500);
  expect(pause.take()).toBe(true);
  await clock.advance(1_000);
  expect(pause.take()).toBe(false);
  await clock.advance(500);
  expect(pause.take()).toBe(true);
});
