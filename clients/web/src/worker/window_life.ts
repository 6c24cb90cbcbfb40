// How the worker learns that a window is gone, crashed ones too: a window holds a lock of its own name for as
// long as it lives. Where there are no locks, the worker lives in the window itself.
import { makeId } from '../base/ids';

/** Comes with the lock's name once it is held, so that nobody takes a window for gone that just opened. */
export function holdWindow(): Promise<string> {
  const name = `muster-window-${makeId()}`;
  if (!('locks' in navigator)) return Promise.resolve(name);
  return new Promise((held, failed) => {
    const forever = () => {
      held(name);
      return new Promise<void>(() => undefined);
    };
    navigator.locks.request(name, forever).catch(failed);
  });
}

export function windowEnd(name: string): Promise<void> {
  if (!('locks' in navigator)) return new Promise(() => undefined);
  return navigator.locks.request(name, () => undefined);
}
