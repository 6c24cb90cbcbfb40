// "Delivered" means that the device says so, after the order is on its disk: this stores each new order of the
// team and only then puts the receipt into the outbox.
import type { Cancel } from '../base/clock';
import { type Order, OrderStatus } from '../gen/muster/v1/order_pb';
import type { Outcome } from '../outbox/act';
import { isEnded } from '../outbox/steps';
import type { Mirror } from '../picture/mirror';

export interface OrderShelf {
  put(order: Order): Promise<void>;
}

export interface ReceiptPorts {
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
  private readonly taken = new Set<string>();
  private readonly open = new Set<string>();

  constructor(private readonly ports: ReceiptPorts) {}

  /** Answers how to end it. */
  start(): Cancel {
    return this.ports.mirror.watchKind('order', (touched) => {
      for (const id of touched) void this.look(id);
    });
  }

  private async look(id: string): Promise<void> {
    const order = this.ports.mirror.get('order', id);
    if (!order || order.teamId !== this.ports.team()) return;
    this.followEnd(order);
    const isNew = order.status === OrderStatus.ISSUED && !this.taken.has(id);
    if (isNew) this.taken.add(id);
    await this.ports.shelf.put(order);
    if (!isNew) return;
    this.ports.notice(order);
    const { requestId, outcome } = await this.ports.deliver(order);
    if (!(await outcome).sent) await this.ports.dismiss(requestId);
  }

  private followEnd(order: Order): void {
    if (!isEnded(order.status)) this.open.add(order.id);
    else if (this.open.delete(order.id) && isTakenBack(order.status)) this.ports.notice(order);
  }
}

const isTakenBack = (status: OrderStatus) =>
  status === OrderStatus.RECALLED || status === OrderStatus.EXPIRED;
