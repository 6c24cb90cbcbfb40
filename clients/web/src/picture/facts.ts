// What follows from entities and the time, said once for map, queue and board.
import { toMs } from '../base/time';
import { type Order, OrderStatus } from '../gen/muster/v1/order_pb';
import type { Team } from '../gen/muster/v1/team_pb';
import { isEnded } from '../outbox/steps';
import type { Mirror } from './mirror';

/** A position that nobody renewed for so long is "last seen", never live. */
export const positionOldAfterMs = 60_000;
export const isOpenOrder = (order: Order): boolean => !isEnded(order.status);

/** What about an order needs an act now, by the status that it does not come beyond, and since when. */
export interface OrderAlert {
  kind: OrderStatus;
  sinceMs: number;
}

/** Which deadlines there are, and when they pass, the hub's policy says. */
export function orderAlert(order: Order): OrderAlert | undefined {
  const sinceMs = toMs(order.overdueSince);
  if (sinceMs === undefined || isEnded(order.status)) return undefined;
  return { kind: order.status, sinceMs };
}

/** The orders of an incident, oldest first. */
export function ordersOf(mirror: Mirror, incidentId: string): Order[] {
  return mirror
    .ids(`orders.incident/${incidentId}`)
    .map((id) => mirror.get('order', id))
    .filter((order) => order !== undefined);
}

/** The order that a team works on: the hub's word for it, else its newest open one. */
export function currentOrder(mirror: Mirror, team: Team): Order | undefined {
  const named = team.currentOrderId && mirror.get('order', team.currentOrderId);
  if (named) return named;
  return mirror
    .ids(`orders.team/${team.id}`)
    .map((id) => mirror.get('order', id))
    .find((order) => order && isOpenOrder(order));
}

/** The oldest alert among orders. */
export function firstAlert(orders: readonly Order[]): OrderAlert | undefined {
  let first: OrderAlert | undefined;
  for (const order of orders) {
    const alert = orderAlert(order);
    if (alert && (!first || alert.sinceMs < first.sinceMs)) first = alert;
  }
  return first;
}
