import { useMemo } from 'react';

import { useText } from '../i18n/text';
import { useEntities } from '../picture/derived';
import { OrderRow } from './OrderRow';
import { sortOrders } from './order_steps';

export function OrderList({ incidentId }: { incidentId: string }) {
  const { t } = useText();
  const orders = useEntities('order', `orders.incident/${incidentId}`);
  const sorted = useMemo(() => sortOrders(orders), [orders]);
  return (
    <section aria-labelledby="orders-title">
      <h3 id="orders-title" className="num">
        {t('console.orders.title')} {orders.length}
      </h3>
      {sorted.length === 0 ? (
        <p className="muted">{t('console.orders.none')}</p>
      ) : (
        <ul className="orders">
          {sorted.map((order) => (
            <OrderRow key={order.id} order={order} />
          ))}
        </ul>
      )}
    </section>
  );
}
