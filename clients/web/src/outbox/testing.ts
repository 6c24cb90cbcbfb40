// Fakes with levers for the outbox: a store, a lock and a bell that windows share, and a hub that answers when
// and how a test says.
import { Code } from '@connectrpc/connect';

import type { Refusal } from '../base/refusal';
import { done, refused, type Result } from '../base/result';
import type { Act, ActStore, NewAct } from './act';
import type { Bell, Lock, Send } from './ports';

export const refusal = (status: Code, code = ''): Refusal => ({
  status,
  code,
  args: {},
  field: '',
  message: '',
});

export class MemoryActStore implements ActStore {
  private acts: Act[] = [];
  private sequence = 0;
  private heldAdds: (() => void)[] | undefined;
  private heldLists: (() => void)[] | undefined;
  private broken = false;

  /** Keeps new acts from being stored until release(). */
  holdAdds(): void {
    this.heldAdds = [];
  }

  /** Keeps lists, as they are when they are asked for, from being answered until release(). */
  holdLists(): void {
    this.heldLists = [];
  }

  release(): void {
    const held = [...(this.heldAdds ?? []), ...(this.heldLists ?? [])];
    this.heldAdds = this.heldLists = undefined;
    for (const go of held) go();
  }

  /** Every reading and every change of what is stored fails until mend(). */
  break(): void {
    this.broken = true;
  }

  mend(): void {
    this.broken = false;
  }

  async add(act: NewAct): Promise<Act> {
    const held = this.heldAdds;
    if (held) await new Promise<void>((resolve) => held.push(resolve));
    const stored = { ...act, sequence: ++this.sequence };
    this.acts.push(stored);
    return stored;
  }

  async list(): Promise<Act[]> {
    this.check();
    const found = [...this.acts];
    const held = this.heldLists;
    if (held) await new Promise<void>((resolve) => held.push(resolve));
    return found;
  }

  async markRefused(requestId: string, why: Refusal): Promise<void> {
    this.check();
    this.acts = this.acts.map((act) =>
      act.requestId === requestId ? { ...act, refusal: why } : act,
    );
    return Promise.resolve();
  }

  async remove(requestId: string): Promise<void> {
    this.check();
    this.acts = this.acts.filter((act) => act.requestId !== requestId);
    return Promise.resolve();
  }

  private check(): void {
    if (this.broken) throw new Error('the disk is full');
  }
}

/** Between the windows of one browser. */
export class MemoryLock implements Lock {
  private tail: Promise<unknown> = Promise.resolve();

  hold<T>(run: () => Promise<T>): Promise<T> {
    const result = this.tail.then(run);
    this.tail = result.catch(() => undefined);
    return result;
  }
}

export class MemoryBells {
  private readonly listeners = new Map<symbol, () => void>();

  windowOf(): Bell {
    const me = Symbol();
    return {
      ring: () => {
        for (const [owner, listener] of this.listeners) if (owner !== me) listener();
      },
      onRing: (listener) => {
        this.listeners.set(me, listener);
        return () => this.listeners.delete(me);
      },
    };
  }
}

export class FakeHub {
  /** Every attempt, in order. */
  readonly asked: string[] = [];
  private readonly answers = new Map<string, Result<void>>();
  private away: Refusal | undefined;
  private held: (() => void)[] | undefined;

  /** Answers the act with a refusal instead of taking it. */
  refuse(requestId: string, why: Refusal): void {
    this.answers.set(requestId, refused(why));
  }

  /** Nothing answers any more. */
  goAway(why = refusal(Code.Unavailable)): void {
    this.away = why;
  }

  comeBack(): void {
    this.away = undefined;
  }

  /** Keeps answers back until release(). */
  hold(): void {
    this.held = [];
  }

  release(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const go of held) go();
  }

  send: Send = async ({ requestId }) => {
    this.asked.push(requestId);
    const held = this.held;
    if (held) await new Promise<void>((resolve) => held.push(resolve));
    if (this.away) return refused(this.away);
    return this.answers.get(requestId) ?? done(undefined);
  };
}
