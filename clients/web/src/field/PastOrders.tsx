import { useText } from '../i18n/text';
import { isOpenOrder } from '../picture/facts';
import { PastOrder } from './PastOrder';
import { useOrders } from './use_orders';

export function PastOrders({ teamId }: { teamId: string }) {
  const { t } = useText();
  const past = useOrders(`orders.team/${teamId}`).filter((order) => !isOpenOrder(order));
  return (
    <section aria-label={t('field.tab.past')} className="past">
      {past.length === 0 ? <p className="field-empty">{t('field.past_empty')}</p> : null}
      <ul>
        {past.map((order) => (
          <li key={order.id}>
            <PastOrder order={order} />
          </li>
        ))}
      </ul>
    </section>
  );
}
