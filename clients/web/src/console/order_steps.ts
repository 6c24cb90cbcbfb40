// An order as a bar of steps: which are done, which is now, and when.
import { toMs } from '../base/time';
import { type Order, OrderStatus } from '../gen/muster/v1/order_pb';
import { isEnded, stepsOf } from '../outbox/steps';
import { timeOf } from '../outbox/step_time';

export interface StepMark {
  status: OrderStatus;
  state: 'done' | 'now' | 'open';
  atMs: number | undefined;
}

export function stepMarks(order: Order): StepMark[] {
  const way = stepsOf(order);
  const reached = way.findIndex((status) => status === order.status);
  return way.map((status, i) => {
    const atMs = toMs(timeOf(order, status));
    if (reached >= 0) {
      const last = isEnded(order.status);
      const state = i < reached || last ? 'done' : i === reached ? 'now' : 'open';
      return { status, state, atMs };
    }
    return { status, state: atMs === undefined ? 'open' : 'done', atMs };
  });
}

/** Open ones first, each group oldest first. */
export function sortOrders(orders: readonly Order[]): Order[] {
  return [...orders].sort((a, b) => Number(isEnded(a.status)) - Number(isEnded(b.status)));
}
