import { act, render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';

import type { App } from '../app';
import { order, team, update, uuid } from '../base/testing/entities';
import { OrderStatus } from '../gen/muster/v1/order_pb';
import { Mirror } from './mirror';
import { AppContext } from '../ui/app_context';
import { useEntities } from './derived';

test('a list is rendered again when one of its entities changes, and for no other', () => {
  const mirror = new Mirror();
  let renders = 0;
  function Orders() {
    renders += 1;
    const orders = useEntities('order', `orders.incident/${uuid(1)}`);
    return orders.map((it) => <li key={it.id}>{OrderStatus[it.status]}</li>);
  }
  const mine = (status: OrderStatus) => order({ id: uuid(2), incidentId: uuid(1), status });
  mirror.apply(update(mine(OrderStatus.ISSUED)));
  render(
    <AppContext value={{ mirror } as App}>
      <Orders />
    </AppContext>,
  );
  expect(renders).toBe(1);

  act(() => {
    mirror.apply(update(order({ id: uuid(3), incidentId: uuid(9) })));
    mirror.apply(update(team({ id: uuid(4), name: 'Fire 1' })));
  });
  expect(renders).toBe(1);

  act(() => mirror.apply(update(mine(OrderStatus.DELIVERED))));
  expect(renders).toBe(2);
  expect(screen.getByRole('listitem').textContent).toBe('DELIVERED');
});
