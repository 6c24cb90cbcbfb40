// How far the parts of an order are. Declined, recalled and expired ones do not count.
import { type Order, OrderStatus } from '../gen/muster/v1/order_pb';
import { stepsOf } from '../outbox/steps';

const place = (order: Order, status: OrderStatus): number => stepsOf(order).indexOf(status);
const counts = (order: Order): boolean => place(order, order.status) >= 0;

export const isBehind = (order: Order, status: OrderStatus): boolean =>
  counts(order) && place(order, order.status) < place(order, status);

export interface PartsTallyLine {
  status: OrderStatus;
  reached: number;
  total: number;
}

/** The first step that not all parts have come to; the last one when all have come to all. */
export function partsTally(parts: readonly Order[]): PartsTallyLine {
  const counted = parts.filter(counts);
  const steps = counted[0] ? stepsOf(counted[0]).slice(1) : [];
  const total = counted.length;
  for (const status of steps) {
    const reached = total - counted.filter((part) => isBehind(part, status)).length;
    if (reached < total) return { status, reached, total };
  }
  return { status: steps.at(-1) ?? OrderStatus.DELIVERED, reached: total, total };
}
