import { expect, test } from 'vitest';

import { at, order, team, update, uuid } from '../base/testing/entities';
import { toMs } from '../base/time';
import { OrderStatus } from '../gen/muster/v1/order_pb';
import { currentOrder, firstAlert, orderAlert } from './facts';
import { Mirror } from './mirror';

const orderOf = (init: Parameters<typeof order>[0]) => order(init).value;

test('an overdue order is an alert from the moment that the hub called it so', () => {
  const overdue = orderOf({ id: uuid(1), status: OrderStatus.DELIVERED, overdueSince: at(70) });
  expect(orderAlert(overdue)).toEqual({ kind: OrderStatus.DELIVERED, sinceMs: toMs(at(70)) });
});

test('an order that has ended is no alert, however late it was', () => {
  const late = orderOf({ id: uuid(1), status: OrderStatus.RECALLED, overdueSince: at(70) });
  expect(orderAlert(late)).toBeUndefined();
});

test('an order is an alert by the step that is late, whichever it is', () => {
  const late = (status: OrderStatus) =>
    orderAlert(orderOf({ id: uuid(1), status, overdueSince: at(70) }));
  expect(late(OrderStatus.ISSUED)?.kind).toBe(OrderStatus.ISSUED);
  expect(late(OrderStatus.EN_ROUTE)?.kind).toBe(OrderStatus.EN_ROUTE);
  expect(orderAlert(orderOf({ id: uuid(1), status: OrderStatus.ISSUED }))).toBeUndefined();
});

test('the oldest alert is told first', () => {
  const alerts = [90, 40, 60].map((second, i) =>
    orderOf({ id: uuid(i), status: OrderStatus.DELIVERED, overdueSince: at(second) }),
  );
  expect(firstAlert(alerts)?.sinceMs).toBe(toMs(at(40)));
  expect(firstAlert([])).toBeUndefined();
});

test('a team’s order is the one that the hub names, else its newest open one', () => {
  const mirror = new Mirror();
  const [a, b, c] = [uuid(1), uuid(2), uuid(3)];
  const teamId = uuid(9);
  mirror.apply(
    update(
      order({ id: a, teamId, issuedAt: at(1), status: OrderStatus.EN_ROUTE }),
      order({ id: b, teamId, issuedAt: at(2) }),
      order({ id: c, teamId, issuedAt: at(3), status: OrderStatus.DECLINED }),
      team({ id: teamId, name: 'T' }),
    ),
  );
  const orderFor = (currentOrderId: string) => {
    mirror.apply(update(team({ id: teamId, name: 'T', currentOrderId })));
    const stored = mirror.get('team', teamId);
    return stored && currentOrder(mirror, stored)?.id;
  };
  expect(orderFor('')).toBe(b);
  expect(orderFor(a)).toBe(a);
});
