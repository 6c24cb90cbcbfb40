import { expect, test } from 'vitest';

import { order, uuid } from '../base/testing/entities';
import { OrderStatus } from '../gen/muster/v1/order_pb';
import { isBehind, partsTally } from './parts_tally';

const part = (n: number, status: OrderStatus) =>
  order({ id: uuid(n), agencyId: uuid(100 + n), status }).value;

test('the first step that not all have come to is told, with who is behind', () => {
  const parts = [OrderStatus.SIGNED, OrderStatus.DELIVERED, OrderStatus.FEEDBACK].map((it, n) =>
    part(n, it),
  );
  expect(partsTally(parts)).toEqual({ status: OrderStatus.SIGNED, reached: 2, total: 3 });
  expect(parts.filter((it) => isBehind(it, OrderStatus.SIGNED)).map((it) => it.id)).toEqual([
    uuid(1),
  ]);
});

test('what was taken back or declined does not count', () => {
  const parts = [OrderStatus.DONE, OrderStatus.RECALLED, OrderStatus.EXPIRED].map((it, n) =>
    part(n, it),
  );
  expect(partsTally(parts)).toEqual({ status: OrderStatus.DONE, reached: 1, total: 1 });
});

test('an order without parts says nothing wrong', () => {
  expect(partsTally([])).toEqual({ status: OrderStatus.DELIVERED, reached: 0, total: 0 });
});
