// Lists of entities that change when an element changes: a plain object with a cache, and its hooks. (useIds
// in picture/ wakes for the order alone; a list that is sorted or counted needs what is in it.)
import { useMemo, useSyncExternalStore } from 'react';

import type { Cancel } from '../base/clock';
import type { IndexName } from './indexes';
import type { Kind, Kinds } from './kinds';
import type { Mirror } from './mirror';
import { useApp } from '../ui/app_context';

export class DerivedList<T> {
  private list: readonly T[] | undefined;

  constructor(
    private readonly mirror: Mirror,
    private readonly kind: Kind,
    private readonly derive: (mirror: Mirror) => readonly T[],
  ) {}

  get = (): readonly T[] => {
    this.list ??= this.derive(this.mirror);
    return this.list;
  };

  subscribe = (listener: () => void): Cancel => {
    const look = () => {
      const now = this.derive(this.mirror);
      if (this.list && sameElements(this.list, now)) return;
      this.list = now;
      listener();
    };
    const cancel = this.mirror.watchKind(this.kind, look);
    look(); // The mirror may have changed since it was read.
    return cancel;
  };
}

export function sameElements<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((element, i) => Object.is(element, b[i]));
}

/** The entities of an index, in its order. */
export function useEntities<K extends Kind>(kind: K, index: IndexName): readonly Kinds[K][] {
  const { mirror } = useApp();
  const list = useMemo(
    () =>
      new DerivedList(mirror, kind, (from) =>
        from
          .ids(index)
          .map((id) => from.get(kind, id))
          .filter((entity) => entity !== undefined),
      ),
    [mirror, kind, index],
  );
  return useSyncExternalStore(list.subscribe, list.get);
}

/** Every entity of a kind, in no order. */
export function useAll<K extends Kind>(kind: K): readonly Kinds[K][] {
  const { mirror } = useApp();
  const list = useMemo(
    () => new DerivedList(mirror, kind, (from) => [...from.all(kind)]),
    [mirror, kind],
  );
  return useSyncExternalStore(list.subscribe, list.get);
}
