import { expect, test } from 'vitest';

import { at, order, uuid } from '../base/testing/entities';
import { OrderStatus } from '../gen/muster/v1/order_pb';
import { sortOrders, stepMarks } from './order_steps';

const make = (init: Partial<Parameters<typeof order>[0]>) =>
  order({ id: uuid(1), teamId: uuid(2), ...init }).value;
const states = (init: Partial<Parameters<typeof order>[0]>) =>
  stepMarks(make(init))
    .map(({ state }) => ({ done: '#', now: '>', open: '.' })[state])
    .join('');

test('the bar shows what is done, what is now and what is open', () => {
  expect(states({ status: OrderStatus.ISSUED })).toBe('>......');
  expect(states({ status: OrderStatus.EN_ROUTE })).toBe('####>..');
  expect(states({ status: OrderStatus.COMPLETE })).toBe('#######');
});

test("an agency's order has the agency's steps", () => {
  const init = { teamId: '', agencyId: uuid(3) };
  expect(states({ ...init, status: OrderStatus.SIGNED })).toBe('##>...');
  expect(states({ ...init, status: OrderStatus.DONE })).toBe('######');
});

test('an order that ended early shows how far it came', () => {
  const init = { issuedAt: at(1), deliveredAt: at(2) };
  expect(states({ ...init, status: OrderStatus.DECLINED })).toBe('##.....');
  expect(states({ ...init, status: OrderStatus.RECALLED })).toBe('##.....');
});

test('orders that go on stand above those that ended', () => {
  const orders = [OrderStatus.DECLINED, OrderStatus.ISSUED, OrderStatus.COMPLETE].map((status, i) =>
    order({ id: uuid(i), status }),
  );
  expect(sortOrders(orders.map((it) => it.value)).map((it) => it.status)).toEqual([
    OrderStatus.ISSUED,
    OrderStatus.DECLINED,
    OrderStatus.COMPLETE,
  ]);
});
