// Ids in the order of a comparison; the list that it shows is a new one exactly when it changed.

export class SortedIds<T extends { id: string }> {
  private readonly entries: T[] = [];
  private shown: readonly string[] = [];
  private dirty = false;

  constructor(private readonly compare: (a: T, b: T) => number) {}

  get ids(): readonly string[] {
    if (this.dirty) {
      this.shown = this.entries.map((entry) => entry.id);
      this.dirty = false;
    }
    return this.shown;
  }

  get empty(): boolean {
    return this.entries.length === 0;
  }

  /** Puts `next` where it belongs; true when the list of ids changed. */
  replace(previous: T | undefined, next: T | undefined): boolean {
    const from = previous ? this.placeOf(previous) : -1;
    if (from >= 0) this.entries.splice(from, 1);
    const to = next ? this.placeOf(next) : -1;
    if (next) this.entries.splice(to, 0, next);
    const changed = from !== to;
    this.dirty ||= changed;
    return changed;
  }

  // Where the entry is, or would be inserted.
  private placeOf(entry: T): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const there = this.entries[middle];
      if (there && this.order(there, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private order(a: T, b: T): number {
    return this.compare(a, b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  }
}
