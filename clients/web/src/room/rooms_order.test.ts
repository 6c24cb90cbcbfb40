import { expect, test } from 'vitest';

import { room, uuid } from '../base/testing/entities';
import { roomsOrder } from './rooms_order';

const of = (n: number, init = {}) => room({ id: uuid(n), title: String(n), ...init }).value;

test('people come first, then what stands; empty rooms come last', () => {
  const rooms = [of(1), of(2, { standing: true }), of(3), of(4, { standing: true }), of(5)];
  const occupied = new Set([uuid(3), uuid(4), uuid(5)]);
  const titles = roomsOrder(rooms, (id) => occupied.has(id), '').map(({ title }) => title);
  expect(titles).toEqual(['4', '3', '5', '2', '1']);
});

test('the room of one’s own incident comes before all', () => {
  const rooms = [of(1), of(2, { incidentId: uuid(9) })];
  const titles = roomsOrder(rooms, (id) => id === uuid(1), uuid(9)).map(({ title }) => title);
  expect(titles).toEqual(['2', '1']);
});
