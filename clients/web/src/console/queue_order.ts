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

/** Contained incidents wait below all others; then graver first, then what nobody has looked at, then newer. */
export function queueOrder(incidents: readonly Incident[]): Incident[] {
  const settled = (it: Incident) => (it.status === IncidentStatus.CONTAINED ? 1 : 0);
  const fresh = (it: Incident) => (it.status === IncidentStatus.REPORTED ? 0 : 1);
  const keys = (it: Incident) => [
    settled(it),
    gradeWeight[it.grade],
    fresh(it),
    -(toMs(it.reportedAt) ?? 0),
  ];
  return incidents
    .map((incident) => ({ incident, keys: keys(incident) }))
    .sort((a, b) => compareKeys(a.keys, b.keys) || (a.incident.id < b.incident.id ? -1 : 1))
    .map(({ incident }) => incident);
}

function compareKeys(a: number[], b: number[]): number {
  for (const [i, key] of a.entries()) {
    const difference = key - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What the queue says of an incident's orders. */
export interface Tally {
  /** Open orders. */
  sent: number;
  enRoute: number;
  onScene: number;
  complete: number;
  declined: number;
}

export function tallyOf(orders: readonly Order[]): Tally {
  const count = (status: OrderStatus) => orders.filter((order) => order.status === status).length;
  return {
    sent: orders.filter(isOpenOrder).length,
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
  nowMs: number,
): 'alert' | 'new' | undefined {
  if (firstAlert(orders, nowMs)) return 'alert';
  return incident.status === IncidentStatus.REPORTED && tallyOf(orders).sent === 0
    ? 'new'
    : undefined;
}
