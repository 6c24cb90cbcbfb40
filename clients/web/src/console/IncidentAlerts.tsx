// Orders of the chosen incident that need an act now, above everything else, with the act.
import type { Order } from '../gen/muster/v1/order_pb';
import { alertText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { Escalations } from './Escalations';
import { orderAlert } from '../picture/facts';
import { useEntities } from '../picture/derived';
import { useHubNow } from '../ui/hub_now';
import { useMay } from '../ui/may';
import { OrderMenu } from './OrderMenu';
import { useWhoOfOrder } from './who_of_order';
import { spanText } from '../ui/time_text';

export function IncidentAlerts({ incidentId }: { incidentId: string }) {
  const { t } = useText();
  const nowMs = useHubNow();
  const orders = useEntities('order', `orders.incident/${incidentId}`);
  const escalations = useEntities('escalation', `escalations.incident/${incidentId}`);
  const waiting = orders.filter((order) => orderAlert(order));
  if (waiting.length === 0 && escalations.length === 0) return null;
  return (
    <ul className="alerts" aria-label={t('console.overview.waiting')}>
      {waiting.map((order) => (
        <AlertRow key={order.id} order={order} nowMs={nowMs} />
      ))}
      <Escalations incidentId={incidentId} />
    </ul>
  );
}

function AlertRow({ order, nowMs }: { order: Order; nowMs: number }) {
  const { t } = useText();
  const { decide } = useMay();
  const name = useWhoOfOrder(order);
  const alert = orderAlert(order);
  if (!alert) return null;
  return (
    <li>
      <span className="grow cut">{name}</span>
      <span className="num">
        {t(alertText[alert.kind])} {spanText(nowMs - alert.sinceMs)}
      </span>
      {decide && order.teamId !== '' && <OrderMenu order={order} team={name} />}
    </li>
  );
}
