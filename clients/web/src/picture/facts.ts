// What follows from entities and the time, said once for map, queue and board.
import { toMs } from '../base/time';
import { type Order, OrderStatus } from '../gen/muster/v1/order_pb';
import type { Team } from '../gen/muster/v1/team_pb';
import { isEnded } from '../outbox/steps';
import type { Mirror } from './mirror';

/** A position that nobody renewed for so long is "last seen", never live. */
export const positionOldAfterMs = 60_000;
/** An order that no device took within this time needs somebody to look. */
export const undeliveredAfterMs = 30_000;

export const isOpenOrder = (order: Order): boolean => !isEnded(order.status);

/** What about an order needs an act now, and since when. */
export interface OrderAlert {
  kind: 'unanswered' | 'undelivered';
  sinceMs: number;
}

export function orderAlert(order: Order, nowMs: number): OrderAlert | undefined {
  const overdueMs = toMs(order.overdueSince);
  if (overdueMs !== undefined && order.status === OrderStatus.DELIVERED) {
    return { kind: 'unanswered', sinceMs: overdueMs };
  }
  const issuedMs = toMs(order.issuedAt);
  if (order.status !== OrderStatus.ISSUED || issuedMs === undefined) return undefined;
  if (nowMs - issuedMs < undeliveredAfterMs) return undefined;
  return { kind: 'undelivered', sinceMs: issuedMs };
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
export function firstAlert(orders: readonly Order[], nowMs: number): OrderAlert | undefined {
  let first: OrderAlert | undefined;
  for (const order of orders) {
    const alert = orderAlert(order, nowMs);
    if (alert && (!first || alert.sinceMs < first.sinceMs)) first = alert;
  }
  return first;
}
