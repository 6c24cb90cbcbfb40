import { useCallback, useRef, useSyncExternalStore } from 'react';

import type { Order } from '../gen/muster/v1/order_pb';
import type { IndexName } from '../picture/indexes';
import { useApp } from '../ui/app_context';

/** The orders of a list, rendered again when one of them or the list changes. For short lists. */
export function useOrders(index: IndexName): readonly Order[] {
  const { mirror } = useApp();
  const last = useRef<readonly Order[]>([]);
  const subscribe = useCallback(
    (listener: () => void) => mirror.watchKind('order', listener),
    [mirror],
  );
  return useSyncExternalStore(subscribe, () => {
    const now = mirror.ids(index).flatMap((id) => mirror.get('order', id) ?? []);
    const before = last.current;
    const same = now.length === before.length && now.every((order, i) => order === before[i]);
    if (!same) last.current = now;
    return last.current;
  });
}
