// When an order came to a status.
import type { Timestamp } from '@bufbuild/protobuf/wkt';

import { type Order, OrderStatus } from '../gen/muster/v1/order_pb';

const times: Record<OrderStatus, (order: Order) => Timestamp | undefined> = {
  [OrderStatus.UNSPECIFIED]: (order) => order.issuedAt,
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
  [OrderStatus.SIGNED]: (order) => order.signedAt,
  [OrderStatus.IN_HAND]: (order) => order.inHandAt,
  [OrderStatus.FEEDBACK]: (order) => order.feedbackAt,
  [OrderStatus.DONE]: (order) => order.doneAt,
};

/** When the order came to a status; undefined when it did not. */
export const timeOf = (order: Order, status: OrderStatus): Timestamp | undefined =>
  times[status](order);

/** When the order came to the status that it has. */
export const stepTime = (order: Order): Timestamp | undefined => timeOf(order, order.status);
