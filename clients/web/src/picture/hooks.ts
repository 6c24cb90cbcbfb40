// How React sees the mirror: a row takes an id and its entity, a list takes ordered ids.
import { useCallback, useSyncExternalStore } from 'react';

import { useApp } from '../ui/app_context';
import type { IndexName } from './indexes';
import type { Kind, Kinds } from './kinds';

/** The entity, rendered again only when this one changes. An empty id is nothing. */
export function useEntity<K extends Kind>(kind: K, id: string): Kinds[K] | undefined {
  const { mirror } = useApp();
  const subscribe = useCallback(
    (listener: () => void) => mirror.watch(kind, id, listener),
    [mirror, kind, id],
  );
  return useSyncExternalStore(subscribe, () => mirror.get(kind, id));
}

/** Ordered ids, rendered again only when the list itself changes. */
export function useIds(index: IndexName): readonly string[] {
  const { mirror } = useApp();
  const subscribe = useCallback(
    (listener: () => void) => mirror.watchIds(index, listener),
    [mirror, index],
  );
  return useSyncExternalStore(subscribe, () => mirror.ids(index));
}
