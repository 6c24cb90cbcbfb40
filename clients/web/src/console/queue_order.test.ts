import { expect, test } from 'vitest';

import { at, incident, order, uuid } from '../base/testing/entities';
import { toMs } from '../base/time';
import { type Incident, IncidentGrade, IncidentStatus } from '../gen/muster/v1/incident_pb';
import { OrderStatus } from '../gen/muster/v1/order_pb';
import { needsAct, queueOrder, tallyOf } from './queue_order';

const make = (number: string, init: Partial<Parameters<typeof incident>[0]>) =>
  incident({ id: uuid(Number(number)), number, ...init }).value as Incident;
const numbers = (incidents: Incident[]) => queueOrder(incidents).map((it) => it.number);

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
  const nowMs = toMs(at(100));
  const reported = make('1', { status: IncidentStatus.REPORTED });
  const sent = order({ id: uuid(2), status: OrderStatus.DELIVERED }).value;
  const overdue = order({ id: uuid(3), status: OrderStatus.DELIVERED, overdueSince: at(90) }).value;
  const declined = order({ id: uuid(4), status: OrderStatus.DECLINED }).value;
  expect(needsAct(reported, [], nowMs)).toBe('new');
  expect(needsAct(reported, [declined], nowMs)).toBe('new');
  expect(needsAct(reported, [sent], nowMs)).toBeUndefined();
  expect(needsAct(reported, [sent, overdue], nowMs)).toBe('alert');
});

test('orders are counted by where they are', () => {
  const statuses = [
    OrderStatus.DELIVERED,
    OrderStatus.EN_ROUTE,
    OrderStatus.ON_SCENE,
    OrderStatus.COMPLETE,
    OrderStatus.DECLINED,
  ];
  const orders = statuses.map((status, i) => order({ id: uuid(i), status }).value);
  expect(tallyOf(orders)).toEqual({ sent: 3, enRoute: 1, onScene: 1, complete: 1, declined: 1 });
});
