// Which incident needs a person first. Pure: the same picture and time give the same order.
import { toMs } from '../base/time';
import { type Incident, IncidentGrade, IncidentStatus } from '../gen/muster/v1/incident_pb';
import { type Order, OrderStatus } from '../gen/muster/v1/order_pb';
import { firstAlert, isOpenOrder } from '../picture/facts';

/** Nobody has graded it: it must not sink below what is known to be ordinary. */
const gradeWeight: Record<IncidentGrade, number> = {
  [IncidentGrade.EXTREMELY_SERIOUS]: 1,
  [IncidentGrade.SERIOUS]: 2,
  [IncidentGrade.UNSPECIFIED]: 2.5,
  [IncidentGrade.MAJOR]: 3,
  [IncidentGrade.ORDINARY]: 4,
};

/**
 * What waits for an act on an order stands on top, the longest wait first. Below, contained incidents wait under
 * all others; then graver first, then those to which nobody was sent, then what nobody has looked at, then newer.
 */
export function queueOrder(
  incidents: readonly Incident[],
  ordersOf: (incidentId: string) => readonly Order[],
): Incident[] {
  const keys = (it: Incident) => {
    const orders = ordersOf(it.id);
    return [
      waitsSince(orders) ?? Infinity,
      it.status === IncidentStatus.CONTAINED ? 1 : 0,
      gradeWeight[it.grade],
      needsAct(it, orders) === 'new' ? 0 : 1,
      it.status === IncidentStatus.REPORTED ? 0 : 1,
      -(toMs(it.reportedAt) ?? 0),
    ];
  };
  return incidents
    .map((incident) => ({ incident, keys: keys(incident) }))
    .sort((a, b) => compareKeys(a.keys, b.keys) || (a.incident.id < b.incident.id ? -1 : 1))
    .map(({ incident }) => incident);
}

function compareKeys(a: number[], b: number[]): number {
  for (const [i, key] of a.entries()) {
    const other = b[i] ?? 0;
    if (key !== other) return key < other ? -1 : 1;
  }
  return 0;
}

/** Since when an order waits for somebody to act on it: overdue, undelivered, or declined and not replaced. */
export function waitsSince(orders: readonly Order[]): number | undefined {
  const since = [firstAlert(orders)?.sinceMs, ...orders.map((it) => unreplaced(it, orders))];
  const known = since.filter((ms) => ms !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function unreplaced(order: Order, orders: readonly Order[]): number | undefined {
  const declinedMs = order.status === OrderStatus.DECLINED ? toMs(order.endedAt) : undefined;
  if (declinedMs === undefined) return undefined;
  return orders.some((it) => (toMs(it.issuedAt) ?? 0) > declinedMs) ? undefined : declinedMs;
}

/** What the queue says of an incident's orders. */
export interface Tally {
  /** Open orders to teams. */
  sent: number;
  /** Open orders to agencies. */
  agencies: number;
  enRoute: number;
  onScene: number;
  complete: number;
  declined: number;
}

export function tallyOf(orders: readonly Order[]): Tally {
  // Agencies are no teams on the way.
  const toTeams = orders.filter((order) => order.teamId !== '');
  const count = (status: OrderStatus) => toTeams.filter((order) => order.status === status).length;
  return {
    sent: toTeams.filter(isOpenOrder).length,
    agencies: orders.filter((order) => order.agencyId !== '' && isOpenOrder(order)).length,
    enRoute: count(OrderStatus.EN_ROUTE),
    onScene: count(OrderStatus.ON_SCENE),
    complete: count(OrderStatus.COMPLETE),
    declined: count(OrderStatus.DECLINED),
  };
}

/** Incidents that need an act now: with an alert among their orders, or reported and nobody sent. */
export function needsAct(
  incident: Incident,
  orders: readonly Order[],
): 'alert' | 'new' | undefined {
  if (firstAlert(orders)) return 'alert';
  return incident.status === IncidentStatus.REPORTED && !orders.some(isOpenOrder)
    ? 'new'
    : undefined;
}
