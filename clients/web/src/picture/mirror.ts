// The picture as this window knows it: a plain class. An update applies whole, then wakes only those
// who watch what it touched.
import type { Cancel } from '../base/clock';
import { type IndexName, indexRules } from './indexes';
import { allKinds, type Item, type Kind, type Kinds } from './kinds';
import { SortedIds } from './sorted_ids';
import type { Update } from './update';

/** Ids of one kind that an update touched. */
export type KindListener = (touched: ReadonlySet<string>) => void;

type AnyEntity = Kinds[Kind];
interface AnyRule {
  kind: Kind;
  nameFor: (entity: AnyEntity) => IndexName | undefined;
  compare: (a: AnyEntity, b: AnyEntity) => number;
}

const nothing: readonly string[] = [];

export class Mirror {
  private readonly entities = new Map(allKinds.map((kind) => [kind, new Map<string, AnyEntity>()]));
  private readonly lists = new Map<IndexName, SortedIds<AnyEntity>>();
  private readonly entityListeners = new Listeners<string>();
  private readonly listListeners = new Listeners<IndexName>();
  private readonly kindListeners = new Map<Kind, Set<KindListener>>();

  get<K extends Kind>(kind: K, id: string): Kinds[K] | undefined {
    return this.entities.get(kind)?.get(id) as Kinds[K] | undefined;
  }

  all<K extends Kind>(kind: K): IterableIterator<Kinds[K]> {
    return (this.entities.get(kind) ?? new Map()).values() as IterableIterator<Kinds[K]>;
  }

  /** The same array until the list changes. */
  ids(index: IndexName): readonly string[] {
    return this.lists.get(index)?.ids ?? nothing;
  }

  watch(kind: Kind, id: string, listener: () => void): Cancel {
    return this.entityListeners.add(key(kind, id), listener);
  }

  watchIds(index: IndexName, listener: () => void): Cancel {
    return this.listListeners.add(index, listener);
  }

  /** For what draws many of a kind at once, such as the map: one call an update. */
  watchKind(kind: Kind, listener: KindListener): Cancel {
    const listeners = this.kindListeners.get(kind) ?? new Set();
    this.kindListeners.set(kind, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  apply(update: Update): void {
    const touched = new Touched();
    if (update.reset) this.forgetAllBut(update.upserts, touched);
    for (const item of update.upserts) this.put(item.kind, item.value.id, item.value, touched);
    for (const { kind, id } of update.removals) this.put(kind, id, undefined, touched);
    this.wake(touched);
  }

  private forgetAllBut(kept: Item[], touched: Touched): void {
    const keep = new Set(kept.map((item) => key(item.kind, item.value.id)));
    for (const [kind, entities] of this.entities) {
      for (const id of [...entities.keys()]) {
        if (!keep.has(key(kind, id))) this.put(kind, id, undefined, touched);
      }
    }
  }

  private put(kind: Kind, id: string, next: AnyEntity | undefined, touched: Touched): void {
    const entities = this.entities.get(kind);
    const previous = entities?.get(id);
    if (!entities || (!next && !previous)) return;
    if (next) entities.set(id, next);
    else entities.delete(id);
    touched.entity(kind, id);
    for (const rule of indexRules as unknown as AnyRule[]) {
      if (rule.kind === kind) this.reindex(rule, previous, next, touched);
    }
  }

  private reindex(
    rule: AnyRule,
    previous: AnyEntity | undefined,
    next: AnyEntity | undefined,
    touched: Touched,
  ): void {
    const from = previous && rule.nameFor(previous);
    const to = next && rule.nameFor(next);
    if (from !== undefined && from !== to) this.move(from, rule, previous, undefined, touched);
    if (to !== undefined) this.move(to, rule, from === to ? previous : undefined, next, touched);
  }

  private move(
    name: IndexName,
    rule: AnyRule,
    previous: AnyEntity | undefined,
    next: AnyEntity | undefined,
    touched: Touched,
  ): void {
    const list = this.lists.get(name) ?? new SortedIds<AnyEntity>(rule.compare);
    this.lists.set(name, list);
    if (list.replace(previous, next)) touched.lists.add(name);
    if (list.empty) this.lists.delete(name);
  }

  private wake(touched: Touched): void {
    for (const [kind, ids] of touched.kinds) {
      for (const id of ids) this.entityListeners.wake(key(kind, id));
      for (const listener of this.kindListeners.get(kind) ?? []) listener(ids);
    }
    for (const name of touched.lists) this.listListeners.wake(name);
  }
}

const key = (kind: Kind, id: string) => `${kind}/${id}`;

class Touched {
  readonly kinds = new Map<Kind, Set<string>>();
  readonly lists = new Set<IndexName>();

  entity(kind: Kind, id: string): void {
    const ids = this.kinds.get(kind) ?? new Set();
    this.kinds.set(kind, ids.add(id));
  }
}

class Listeners<Key> {
  private readonly byKey = new Map<Key, Set<() => void>>();

  add(at: Key, listener: () => void): Cancel {
    const listeners = this.byKey.get(at) ?? new Set();
    this.byKey.set(at, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.byKey.get(at) === listeners) this.byKey.delete(at);
    };
  }

  wake(at: Key): void {
    for (const listener of [...(this.byKey.get(at) ?? [])]) listener();
  }
}
