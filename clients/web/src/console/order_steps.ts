// An order as a bar of steps: which are done, which is now, and when.
import type { Timestamp } from '@bufbuild/protobuf/wkt';

import { toMs } from '../base/time';
import { type Order, OrderStatus } from '../gen/muster/v1/order_pb';
import { isEnded, stepOrder } from '../outbox/steps';

export interface StepMark {
  status: OrderStatus;
  state: 'done' | 'now' | 'open';
  atMs: number | undefined;
}

const timeOf: Record<OrderStatus, (order: Order) => Timestamp | undefined> = {
  [OrderStatus.UNSPECIFIED]: () => undefined,
  [OrderStatus.ISSUED]: (order) => order.issuedAt,
  [OrderStatus.DELIVERED]: (order) => order.deliveredAt,
  [OrderStatus.ACKNOWLEDGED]: (order) => order.acknowledgedAt,
  [OrderStatus.ACCEPTED]: (order) => order.acceptedAt,
  [OrderStatus.EN_ROUTE]: (order) => order.enRouteAt,
  [OrderStatus.ON_SCENE]: (order) => order.onSceneAt,
  [OrderStatus.COMPLETE]: (order) => order.completeAt,
  [OrderStatus.DECLINED]: (order) => order.endedAt,
  [OrderStatus.RECALLED]: (order) => order.endedAt,
  [OrderStatus.EXPIRED]: (order) => order.endedAt,
};

/** When the order got the status that it has. */
export const statusTime = (order: Order): Timestamp | undefined => timeOf[order.status](order);

export function stepMarks(order: Order): StepMark[] {
  const reached = stepOrder.findIndex((status) => status === order.status);
  return stepOrder.map((status, i) => {
    const atMs = toMs(timeOf[status](order));
    if (reached >= 0) {
      const last = order.status === OrderStatus.COMPLETE;
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
