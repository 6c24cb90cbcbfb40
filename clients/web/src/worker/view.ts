// The whole view as the stream's owner holds it: for the proof against the heartbeat's digests, and for
// windows that come later.
import type { Frame, Heartbeat } from '../gen/muster/v1/picture_pb';
import { isLive, type Item, itemOf, type Kind, kindNumber, kindOf } from '../picture/kinds';
import type { Update } from '../picture/update';
import { entityDigest, LaneDigest } from './digest';

type Touched = Map<string, { kind: Kind; id: string }>;

export class View {
  private readonly items = new Map<string, { item: Item; hash: bigint }>();
  private journalled = new LaneDigest();
  private live = new LaneDigest();

  /** Applies the parts of one frame and answers, as one step, what windows have to be told. */
  apply(parts: Frame[]): Update {
    const touched: Touched = new Map();
    let reset = false;
    for (const frame of parts) {
      if (frame.reset) {
        reset = true;
        touched.clear();
        this.clear();
      }
      if (frame.liveReset) this.forgetLive(touched);
      for (const item of [...frame.upserts, ...frame.live].map(itemOf)) {
        if (!item) continue;
        this.put(item);
        touched.set(keyOf(item.kind, item.value.id), { kind: item.kind, id: item.value.id });
      }
      for (const { kind, id } of frame.removals.map((it) => ({ kind: kindOf(it), id: it.id }))) {
        if (kind && this.remove(kind, id)) touched.set(keyOf(kind, id), { kind, id });
      }
    }
    return this.stepOf(touched, reset);
  }

  /** All of it, for a window that has nothing yet. */
  whole(): Update {
    return { reset: true, upserts: [...this.items.values()].map(({ item }) => item), removals: [] };
  }

  clear(): void {
    this.items.clear();
    this.journalled = new LaneDigest();
    this.live = new LaneDigest();
  }

  /** Whether this view is the one that the hub means. */
  proves(beat: Heartbeat): boolean {
    return (
      this.journalled.sum === beat.digest &&
      this.journalled.count === beat.count &&
      this.live.sum === beat.liveDigest &&
      this.live.count === beat.liveCount
    );
  }

  private stepOf(touched: Touched, reset: boolean): Update {
    const update: Update = { reset, upserts: [], removals: [] };
    for (const [key, name] of touched) {
      const known = this.items.get(key);
      if (known) update.upserts.push(known.item);
      else update.removals.push(name);
    }
    return update;
  }

  private forgetLive(touched: Touched): void {
    for (const { item } of [...this.items.values()]) {
      if (!isLive(item.kind)) continue;
      this.remove(item.kind, item.value.id);
      touched.set(keyOf(item.kind, item.value.id), { kind: item.kind, id: item.value.id });
    }
  }

  private put(item: Item): void {
    this.remove(item.kind, item.value.id);
    const hash = entityDigest(kindNumber(item.kind), item.value.id, item.value.version);
    this.items.set(keyOf(item.kind, item.value.id), { item, hash });
    this.lane(item.kind).add(hash);
  }

  private remove(kind: Kind, id: string): boolean {
    const known = this.items.get(keyOf(kind, id));
    if (!known) return false;
    this.lane(kind).remove(known.hash);
    return this.items.delete(keyOf(kind, id));
  }

  private lane = (kind: Kind): LaneDigest => (isLive(kind) ? this.live : this.journalled);
}

const keyOf = (kind: Kind, id: string) => `${kind}/${id}`;
