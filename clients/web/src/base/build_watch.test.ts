import { describe, expect, it, vi } from 'vitest';

import { BuildWatch } from './build_watch';
import { MemoryValues } from './testing/memory_values';
import { TurnableClock } from './testing/turnable_clock';

describe('BuildWatch', () => {
  function watch(busy = false) {
    const clock = new TurnableClock();
    const reload = vi.fn();
    const ports = { clock, storage: new MemoryValues().windowOf(), reload, isBusy: () => busy };
    return { clock, reload, ports, builds: new BuildWatch(ports) };
  }

  it('reloads once when the hub is of another build', async () => {
    const { clock, reload, builds } = watch();
    builds.note('');
    builds.note('a');
    await clock.advance(5_000);
    expect(reload).not.toHaveBeenCalled();
    builds.note('b');
    builds.note('b');
    await clock.advance(5_000);
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('waits while somebody writes', async () => {
    const { clock, reload, ports } = watch();
    let busy = true;
    const builds = new BuildWatch({ ...ports, isBusy: () => busy });
    builds.note('a');
    builds.note('b');
    await clock.advance(10_000);
    expect(reload).not.toHaveBeenCalled();
    busy = false;
    await clock.advance(1_000);
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('does not spin between two hubs of different builds', async () => {
    const { clock, reload, ports } = watch();
    for (let page = 0; page < 5; page += 1) {
      const builds = new BuildWatch(ports);
      builds.note('a');
      builds.note('b');
      await clock.advance(5_000);
    }
    expect(reload).toHaveBeenCalledTimes(1);
  });
});
