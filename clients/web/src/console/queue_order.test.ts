import { expect, test } from 'vitest';

import { at, incident, order, uuid } from '../base/testing/entities';
import { type Incident, IncidentGrade, IncidentStatus } from '../gen/muster/v1/incident_pb';
import { type Order, OrderStatus } from '../gen/muster/v1/order_pb';
import { needsAct, queueOrder, tallyOf } from './queue_order';

const make = (number: string, init: Partial<Parameters<typeof incident>[0]>) =>
  incident({ id: uuid(Number(number)), number, ...init }).value as Incident;
const numbers = (incidents: Incident[], orders: Order[] = []) =>
  queueOrder(incidents, (id) => orders.filter((it) => it.incidentId === id)).map((it) => it.number);

test('graver incidents stand above, ungraded ones above what is known to be major', () => {
  expect(
    numbers([
      make('1', { grade: IncidentGrade.ORDINARY }),
      make('2', { grade: IncidentGrade.UNSPECIFIED }),
      make('3', { grade: IncidentGrade.MAJOR }),
      make('4', { grade: IncidentGrade.SERIOUS }),
      make('5', { grade: IncidentGrade.EXTREMELY_SERIOUS }),
    ]),
  ).toEqual(['5', '4', '2', '3', '1']);
});

test('what waits for an act on an order stands on top, the longest wait first', () => {
  const status = IncidentStatus.ACTIVE;
  const incidents = [
    make('1', { grade: IncidentGrade.EXTREMELY_SERIOUS, status }),
    make('2', { grade: IncidentGrade.ORDINARY, status }),
    make('3', { grade: IncidentGrade.ORDINARY, status: IncidentStatus.CONTAINED }),
    make('4', { grade: IncidentGrade.ORDINARY, status }),
  ];
  const to = (n: number, init: Partial<Parameters<typeof order>[0]>) =>
    order({ id: uuid(10 + n), incidentId: uuid(n), ...init }).value;
  const declined = to(4, { status: OrderStatus.DECLINED, issuedAt: at(10), endedAt: at(60) });
  const orders = [
    to(2, { status: OrderStatus.DELIVERED, issuedAt: at(1), overdueSince: at(90) }),
    to(3, { status: OrderStatus.ISSUED, issuedAt: at(20), overdueSince: at(50) }),
    declined,
  ];
  expect(numbers(incidents, orders)).toEqual(['3', '4', '2', '1']);
  const replaced = order({ id: uuid(30), incidentId: uuid(4), issuedAt: at(80) }).value;
  expect(numbers(incidents, [...orders, replaced])).toEqual(['3', '2', '1', '4']);
});

test('within a grade those come first to which nobody was sent', () => {
  const reported = ['1', '2'].map((n) => make(n, { reportedAt: at(Number(n)) }));
  const sent = order({ id: uuid(9), incidentId: uuid(2), issuedAt: at(95) }).value;
  expect(numbers(reported)).toEqual(['2', '1']);
  expect(numbers(reported, [sent])).toEqual(['1', '2']);
});

test('contained incidents wait at the end, whatever their grade', () => {
  expect(
    numbers([
      make('1', { grade: IncidentGrade.SERIOUS, status: IncidentStatus.CONTAINED }),
      make('2', { grade: IncidentGrade.ORDINARY, status: IncidentStatus.ACTIVE }),
    ]),
  ).toEqual(['2', '1']);
});

test('within a grade the unseen comes first, then the newer', () => {
  const grade = IncidentGrade.MAJOR;
  expect(
    numbers([
      make('1', { grade, status: IncidentStatus.ACTIVE, reportedAt: at(50) }),
      make('2', { grade, status: IncidentStatus.REPORTED, reportedAt: at(10) }),
      make('3', { grade, status: IncidentStatus.REPORTED, reportedAt: at(20) }),
    ]),
  ).toEqual(['3', '2', '1']);
});

test('the same incidents always stand in the same order', () => {
  const alike = ['1', '2', '3'].map((number) => make(number, {}));
  expect(numbers(alike)).toEqual(numbers([...alike].reverse()));
});

test('an incident asks for an act while an order is overdue, or while nobody was sent', () => {
  const reported = make('1', { status: IncidentStatus.REPORTED });
  const sent = order({ id: uuid(2), status: OrderStatus.DELIVERED }).value;
  const overdue = order({ id: uuid(3), status: OrderStatus.DELIVERED, overdueSince: at(90) }).value;
  const declined = order({ id: uuid(4), status: OrderStatus.DECLINED }).value;
  expect(needsAct(reported, [])).toBe('new');
  expect(needsAct(reported, [declined])).toBe('new');
  expect(needsAct(reported, [sent])).toBeUndefined();
  expect(needsAct(reported, [sent, overdue])).toBe('alert');
});

test('orders are counted by where they are', () => {
  const statuses = [
    OrderStatus.DELIVERED,
    OrderStatus.EN_ROUTE,
    OrderStatus.ON_SCENE,
    OrderStatus.COMPLETE,
    OrderStatus.DECLINED,
  ];
  const orders = statuses.map(
    (status, i) => order({ id: uuid(i), teamId: uuid(50 + i), status }).value,
  );
  const toTeams = { sent: 3, enRoute: 1, onScene: 1, complete: 1, declined: 1 };
  expect(tallyOf(orders)).toEqual({ ...toTeams, agencies: 0 });
  const gathering = order({ id: uuid(20), status: OrderStatus.SIGNED }).value;
  const part = order({ id: uuid(21), agencyId: uuid(70), status: OrderStatus.SIGNED }).value;
  expect(tallyOf([...orders, gathering, part])).toEqual({ ...toTeams, agencies: 1 });
});
