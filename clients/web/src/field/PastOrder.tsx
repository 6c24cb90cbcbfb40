import { clockText, toMs } from '../base/time';
import type { Order } from '../gen/muster/v1/order_pb';
import { incidentTypeText, orderStatusText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { useEntity } from '../picture/hooks';
import { useNow } from '../ui/now';
import { stepTime } from '../outbox/step_time';

/** An ended order in a few lines. */
export function PastOrder({ order }: { order: Order }) {
  const { t } = useText();
  const now = useNow();
  const incident = useEntity('incident', order.incidentId);
  const what = incident ? t(incidentTypeText[incident.type]) : t('field.unknown_incident');
  const clock = clockText(toMs(stepTime(order)) ?? now, now);
  return (
    <div className="past-order">
      <strong>{[incident?.number, what, incident?.place].filter(Boolean).join(' · ')}</strong>
      {order.text ? <span>{order.text}</span> : null}
      <span className="muted num">
        {t('field.ended_at', { status: t(orderStatusText[order.status]), clock })}
      </span>
      {order.reason ? (
        <span className="muted">{t('field.reason', { reason: order.reason })}</span>
      ) : null}
    </div>
  );
}
