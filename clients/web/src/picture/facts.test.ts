import { expect, test } from 'vitest';

import { at, order, team, update, uuid } from '../base/testing/entities';
import { toMs } from '../base/time';
import { OrderStatus } from '../gen/muster/v1/order_pb';
import { currentOrder, firstAlert, orderAlert } from './facts';
import { Mirror } from './mirror';

const nowMs = toMs(at(100));
const orderOf = (init: Parameters<typeof order>[0]) => order(init).value;

test('an overdue order is an alert from the moment that the hub called it so', () => {
  const overdue = orderOf({ id: uuid(1), status: OrderStatus.DELIVERED, overdueSince: at(70) });
  expect(orderAlert(overdue, nowMs)).toEqual({ kind: 'unanswered', sinceMs: toMs(at(70)) });
});

test('an acknowledged order is no alert, however late it was', () => {
  const late = orderOf({ id: uuid(1), status: OrderStatus.ACKNOWLEDGED, overdueSince: at(70) });
  expect(orderAlert(late, nowMs)).toBeUndefined();
});

test('an order that no device took is an alert after half a minute', () => {
  const issued = (second: number) =>
    orderAlert(orderOf({ id: uuid(1), status: OrderStatus.ISSUED, issuedAt: at(second) }), nowMs);
  expect(issued(80)).toBeUndefined();
  expect(issued(60)?.kind).toBe('undelivered');
});

test('the oldest alert is told first', () => {
  const alerts = [90, 40, 60].map((second, i) =>
    orderOf({ id: uuid(i), status: OrderStatus.DELIVERED, overdueSince: at(second) }),
  );
  expect(firstAlert(alerts, nowMs)?.sinceMs).toBe(toMs(at(40)));
  expect(firstAlert([], nowMs)).toBeUndefined();
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
