import type { KeyValues } from '../storage';

/** One browser's storage; windowOf() gives each window its view of it. */
export class MemoryValues {
  private readonly values = new Map<string, string>();
  private readonly watchers: { owner: symbol; key: string; listener: () => void }[] = [];

  windowOf(): KeyValues {
    const owner = Symbol();
    return {
      get: (key) => this.values.get(key),
      set: (key, value) => {
        if (value === undefined) this.values.delete(key);
        else this.values.set(key, value);
        // As in a browser: the other windows hear of it, the writer does not.
        const others = this.watchers.filter((w) => w.key === key && w.owner !== owner);
        for (const { listener } of others) listener();
      },
      watch: (key, listener) => {
        const watcher = { owner, key, listener };
        this.watchers.push(watcher);
        return () => this.watchers.splice(this.watchers.indexOf(watcher), 1);
      },
    };
  }
}
