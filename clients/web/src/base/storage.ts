// Small things that outlive the page, shared by its windows.
import type { Cancel } from './clock';

export interface KeyValues {
  get(key: string): string | undefined;
  set(key: string, value: string | undefined): void;
  /** Another window of this browser changed the key. */
  watch(key: string, listener: () => void): Cancel;
}

/** Shared by all windows. */
export const localValues = valuesIn(() => localStorage);
/** This window's alone, across its reloads. */
export const sessionValues = valuesIn(() => sessionStorage);

function valuesIn(storage: () => Storage): KeyValues {
  return {
    get: (key) => storage().getItem(key) ?? undefined,
    set(key, value) {
      if (value === undefined) storage().removeItem(key);
      else storage().setItem(key, value);
    },
    watch(key, listener) {
      const heard = (event: StorageEvent) => {
        if (event.storageArea === storage() && (event.key === key || event.key === null))
          listener();
      };
      addEventListener('storage', heard);
      return () => removeEventListener('storage', heard);
    },
  };
}
