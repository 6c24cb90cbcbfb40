// This window as a device of its person: one id for as long as it lives, reloads included. A window that was duplicated
// begins with a copy of another's storage; two that held one seat would take it from each other for ever.
import { makeId } from '../base/ids';
import type { KeyValues } from '../base/storage';

const storageKey = 'muster.device';

/** Whether this window holds the name now, alone and for as long as it lives. */
export type Claim = (name: string) => Promise<boolean>;

export class OwnWindow {
  private id: string;
  private claimed: Promise<boolean> | undefined;

  constructor(
    private readonly storage: KeyValues,
    private readonly claim: Claim,
  ) {
    this.id = storage.get(storageKey) ?? this.rename();
  }

  /** Counts once isCopy() has answered. */
  get deviceId(): string {
    return this.id;
  }

  /** Whether another window lives that this one was copied from; then it has an id of its own from now on. */
  async isCopy(): Promise<boolean> {
    this.claimed ??= this.claim(`muster-device-${this.id}`).then(async (alone) => {
      if (!alone) await this.claim(`muster-device-${this.rename()}`);
      return !alone;
    });
    return this.claimed;
  }

  private rename(): string {
    this.id = makeId();
    this.storage.set(storageKey, this.id);
    return this.id;
  }
}

/** The page that was here before a reload lets go of its locks while it goes away. */
const patienceMs = 1_000;

/** By Web Locks; a page without them (not secure) has no microphone either. */
export const claimByLock: Claim = (name) => {
  if (!('locks' in navigator)) return Promise.resolve(true);
  return new Promise((claimed) => {
    const forever = () => {
      claimed(true);
      return new Promise<void>(() => undefined);
    };
    const signal = AbortSignal.timeout(patienceMs);
    navigator.locks.request(name, { signal }, forever).catch(() => claimed(false));
  });
};
