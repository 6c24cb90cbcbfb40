// How the worker learns that a window is gone, crashed ones too: a window holds a lock of its own name for as
// long as it lives. Where there are no locks, the worker lives in the window itself.
import { makeId } from '../base/ids';

export function holdWindow(): string {
  const name = `muster-window-${makeId()}`;
  if ('locks' in navigator) {
    const forever = new Promise<void>(() => undefined);
    navigator.locks.request(name, () => forever).catch(() => undefined);
  }
  return name;
}

export function windowEnd(name: string): Promise<void> {
  if (!('locks' in navigator)) return new Promise(() => undefined);
  return navigator.locks.request(name, () => undefined);
}
