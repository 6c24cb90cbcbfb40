// "Delivered" means that the device says so, after the order is on its disk: this stores each new order of the
// team and only then puts the receipt into the outbox.
import { backoffMs } from '../base/backoff';
import type { Cancel, Clock } from '../base/clock';
import { type Order, OrderStatus } from '../gen/muster/v1/order_pb';
import type { Outcome } from '../outbox/act';
import { isEnded } from '../outbox/steps';
import type { Mirror } from '../picture/mirror';

export interface OrderShelf {
  put(order: Order): Promise<void>;
}

export interface ReceiptPorts {
  clock: Clock;
  mirror: Mirror;
  shelf: OrderShelf;
  /** The own team's id; undefined while nobody is logged in. */
  team: () => string | undefined;
  deliver: (order: Order) => Promise<{ requestId: string; outcome: Promise<Outcome> }>;
  /** Takes a refused receipt away: nobody has to read that an order was delivered already. */
  dismiss: (requestId: string) => Promise<void>;
  /** A new order is on the disk, or an open one was taken back: the person has to notice. */
  notice: (order: Order) => void;
}

export class Receipts {
  /** Orders whose receipt is given, or being given. */
  private readonly taken = new Set<string>();
  private readonly noticed = new Set<string>();
  private readonly open = new Set<string>();
  private readonly failures = new Map<string, number>();
  private readonly retries = new Map<string, Cancel>();

  constructor(private readonly ports: ReceiptPorts) {}

  /** Answers how to end it. */
  start(): Cancel {
    const stop = this.ports.mirror.watchKind('order', (touched) => {
      for (const id of touched) void this.look(id);
    });
    return () => {
      stop();
      for (const cancel of this.retries.values()) cancel();
    };
  }

  private async look(id: string): Promise<void> {
    const order = this.ports.mirror.get('order', id);
    if (!order || order.teamId !== this.ports.team()) return;
    this.followEnd(order);
    const isNew = order.status === OrderStatus.ISSUED && !this.taken.has(id);
    if (isNew) this.taken.add(id);
    try {
      await this.ports.shelf.put(order);
      if (isNew) await this.give(order);
      this.failures.delete(id);
    } catch (thrown) {
      console.warn('An order is not on the disk yet.', thrown);
      if (isNew) this.taken.delete(id);
      this.lookLater(id);
    }
  }

  private async give(order: Order): Promise<void> {
    if (!this.noticed.has(order.id)) this.ports.notice(order);
    this.noticed.add(order.id);
    const { requestId, outcome } = await this.ports.deliver(order);
    if (!(await outcome).sent) await this.ports.dismiss(requestId);
  }

  private lookLater(id: string): void {
    const failures = this.failures.get(id) ?? 0;
    this.failures.set(id, failures + 1);
    this.retries.get(id)?.();
    const retry = () => {
      this.retries.delete(id);
      void this.look(id);
    };
    this.retries.set(id, this.ports.clock.after(backoffMs(failures, 1), retry));
  }

  private followEnd(order: Order): void {
    if (!isEnded(order.status)) this.open.add(order.id);
    else if (this.open.delete(order.id) && isTakenBack(order.status)) this.ports.notice(order);
  }
}

const isTakenBack = (status: OrderStatus) =>
  status === OrderStatus.RECALLED || status === OrderStatus.EXPIRED;
