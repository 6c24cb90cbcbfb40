import type { Timestamp } from '@bufbuild/protobuf/wkt';

import { type Order, OrderStatus } from '../gen/muster/v1/order_pb';

/** When the order came to the status that it has. */
export const stepTime = (order: Order): Timestamp | undefined => timeOf(order, order.status);

/** When the order came to a status; undefined when it did not. */
export function timeOf(order: Order, status: OrderStatus): Timestamp | undefined {
  switch (status) {
    case OrderStatus.UNSPECIFIED:
    case OrderStatus.ISSUED:
      return order.issuedAt;
    case OrderStatus.DELIVERED:
      return order.deliveredAt;
    case OrderStatus.ACKNOWLEDGED:
      return order.acknowledgedAt;
    case OrderStatus.ACCEPTED:
      return order.acceptedAt;
    case OrderStatus.EN_ROUTE:
      return order.enRouteAt;
    case OrderStatus.ON_SCENE:
      return order.onSceneAt;
    case OrderStatus.COMPLETE:
      return order.completeAt;
    case OrderStatus.DECLINED:
    case OrderStatus.RECALLED:
    case OrderStatus.EXPIRED:
      return order.endedAt;
  }
}
