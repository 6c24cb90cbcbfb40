// Small things that outlive the page, shared by its windows.
import type { Cancel } from './clock';

export interface KeyValues {
  get(key: string): string | undefined;
  set(key: string, value: string | undefined): void;
  /** Another window of this browser changed the key. */
  watch(key: string, listener: () => void): Cancel;
}

export const localValues: KeyValues = {
  get: (key) => localStorage.getItem(key) ?? undefined,
  set(key, value) {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  },
  watch(key, listener) {
    const heard = (event: StorageEvent) => {
      if (event.key === key || event.key === null) listener();
    };
    addEventListener('storage', heard);
    return () => removeEventListener('storage', heard);
  },
};
