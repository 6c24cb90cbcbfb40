// A page of another build than the hub's reloads itself: once, and not while somebody writes or talks.
import { type Cancel, type Clock, every } from './clock';
import type { KeyValues } from './storage';

const lookEveryMs = 1_000;
/** Two hubs of different builds behind one address must not make the page spin. */
const atMostEveryMs = 60_000;
const storageKey = 'muster.reloaded_at';

export interface BuildWatchPorts {
  clock: Clock;
  storage: Pick<KeyValues, 'get' | 'set'>;
  reload: () => void;
  /** Somebody writes, and would lose it, or talks. */
  isBusy: () => boolean;
}

export class BuildWatch {
  private own = '';
  private waiting: Cancel | undefined;

  constructor(private readonly ports: BuildWatchPorts) {}

  /** The build that the hub says it is; the first one heard is the one that this page came from. */
  note(build: string): void {
    if (build === '') return;
    if (this.own === '') this.own = build;
    if (build === this.own || this.waiting) return;
    this.waiting = every(this.ports.clock, lookEveryMs, () => this.reloadIfQuiet());
  }

  private reloadIfQuiet(): void {
    const { clock, storage, reload, isBusy } = this.ports;
    const last = Number(storage.get(storageKey) ?? 0);
    if (isBusy() || clock.now() - last < atMostEveryMs) return;
    this.waiting?.();
    storage.set(storageKey, String(clock.now()));
    reload();
  }
}
