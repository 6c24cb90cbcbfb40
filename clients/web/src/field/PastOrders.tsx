import { clockText, toMs } from '../base/time';
import type { Order } from '../gen/muster/v1/order_pb';
import { incidentTypeText, orderStatusText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { isOpenOrder } from '../picture/facts';
import { useEntity } from '../picture/hooks';
import { useNow } from '../ui/now';
import { stepTime } from './step_time';
import { useOrders } from './use_orders';

export function PastOrders({ teamId }: { teamId: string }) {
  const { t } = useText();
  const past = useOrders(`orders.team/${teamId}`).filter((order) => !isOpenOrder(order));
  return (
    <section aria-label={t('field.tab.past')} className="past">
      {past.length === 0 ? <p className="field-empty">{t('field.past_empty')}</p> : null}
      <ul>
        {past.map((order) => (
          <PastOrder key={order.id} order={order} />
        ))}
      </ul>
    </section>
  );
}

function PastOrder({ order }: { order: Order }) {
  const { t } = useText();
  const now = useNow();
  const incident = useEntity('incident', order.incidentId);
  const what = incident ? t(incidentTypeText[incident.type]) : t('field.unknown_incident');
  const clock = clockText(toMs(stepTime(order)) ?? now, now);
  return (
    <li>
      <strong>{[incident?.number, what, incident?.place].filter(Boolean).join(' · ')}</strong>
      {order.text ? <span>{order.text}</span> : null}
      <span className="muted num">
        {t('field.ended_at', { status: t(orderStatusText[order.status]), clock })}
      </span>
      {order.reason ? (
        <span className="muted">{t('field.reason', { reason: order.reason })}</span>
      ) : null}
    </li>
  );
}
