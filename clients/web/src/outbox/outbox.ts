// Every act goes through here: stored first, then sent in order, until the hub took or refused it. Each
// window has one; the store, the lock and the bell are shared, so that any window can send what another
// one left. A refusal stays until somebody has read it.
import { Code } from '@connectrpc/connect';

import { backoffMs } from '../base/backoff';
import type { Cancel, Clock } from '../base/clock';
import { isTransient, type Refusal, refusalOf } from '../base/refusal';
import { Value } from '../base/value';
import type { Act, ActStore, NewAct, Outcome } from './act';
import type { Bell, Lock, Send } from './ports';

export interface OutboxPorts {
  store: ActStore;
  lock: Lock;
  bell: Bell;
  send: Send;
  clock: Clock;
  /** 0 up to 1. */
  random: () => number;
  /** Id of who is logged in; undefined for nobody. */
  person: () => string | undefined;
}

export class Outbox {
  /** This person's acts that the hub has not taken: first those that wait, and those that it refused. */
  readonly acts = new Value<readonly Act[]>([]);
  /** Why the oldest act could not be sent the last time; undefined when sending works. */
  readonly trouble = new Value<Refusal | undefined>(undefined);

  private readonly waiters = new Map<string, (outcome: Outcome) => void>();
  private cancelRetry: Cancel | undefined;
  private draining = false;
  private again = false;
  private failures = 0;

  constructor(private readonly ports: OutboxPorts) {
    ports.bell.onRing(() => void this.refresh().catch(ignore));
  }

  /** Stores the act and sends it as soon as it can be; answers when it is stored. */
  async submit(act: NewAct): Promise<Submitted> {
    await this.ports.store.add(act);
    const outcome = new Promise<Outcome>((resolve) => this.waiters.set(act.requestId, resolve));
    await this.refresh().catch(ignore); // It is stored: sending looks again.
    this.ports.bell.ring();
    this.flush();
    return { requestId: act.requestId, outcome };
  }

  /** Sends what waits; also called at the start, after a log-in and when the picture is live again. */
  flush(): void {
    this.cancelRetry?.();
    this.cancelRetry = undefined;
    this.again = true;
    if (!this.draining) void this.drain();
  }

  /** Somebody has read the refusal, or takes back what was not sent yet. */
  async dismiss(requestId: string): Promise<void> {
    await this.ports.store.remove(requestId);
    await this.refresh();
    this.ports.bell.ring();
  }

  async refresh(): Promise<void> {
    // Who began to wait after the list was asked for is not settled by it.
    const waiting = [...this.waiters.keys()];
    const all = await this.ports.store.list();
    const person = this.ports.person();
    this.acts.set(all.filter((act) => act.personId === person));
    this.settle(waiting, all);
  }

  private async drain(): Promise<void> {
    this.draining = true;
    try {
      while (this.again) {
        this.again = false;
        await this.ports.lock.hold(() => this.sendWaiting());
      }
    } catch (thrown) {
      // The store or the lock failed.
      this.retryLater(refusalOf(thrown));
    } finally {
      this.draining = false;
    }
  }

  private async sendWaiting(): Promise<void> {
    await this.refresh();
    for (let act = this.next(); act; act = this.next()) {
      const result = await this.ports.send(act);
      if (!result.ok && mustWait(result.refusal)) {
        this.retryLater(result.refusal);
        return;
      }
      if (result.ok) await this.ports.store.remove(act.requestId);
      else await this.ports.store.markRefused(act.requestId, result.refusal);
      this.sendingWorks();
      await this.refresh();
      this.ports.bell.ring();
    }
    this.sendingWorks();
  }

  private sendingWorks(): void {
    this.failures = 0;
    this.trouble.set(undefined);
  }

  private next(): Act | undefined {
    return this.acts.get().find((act) => !act.refusal);
  }

  private retryLater(refusal: Refusal): void {
    this.trouble.set(refusal);
    if (refusal.status === Code.Unauthenticated) return; // The next log-in flushes.
    const delay = backoffMs(this.failures++, this.ports.random());
    this.cancelRetry?.();
    this.cancelRetry = this.ports.clock.after(delay, () => this.flush());
  }

  // Another window may have sent it: what counts is what became of it in the store.
  private settle(waiting: readonly string[], all: readonly Act[]): void {
    for (const requestId of waiting) {
      const act = all.find((candidate) => candidate.requestId === requestId);
      if (act && !act.refusal) continue;
      const resolve = this.waiters.get(requestId);
      this.waiters.delete(requestId);
      resolve?.(act?.refusal ? { sent: false, refusal: act.refusal } : { sent: true });
    }
  }
}

export interface Submitted {
  requestId: string;
  /** Comes when the hub took or refused the act, which may be long after. */
  outcome: Promise<Outcome>;
}

/** What fails here is tried again by what follows. */
const ignore = () => undefined;

const mustWait = (refusal: Refusal) =>
  isTransient(refusal) || refusal.status === Code.Unauthenticated;
