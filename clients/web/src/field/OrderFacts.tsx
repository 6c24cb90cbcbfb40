// What, where, how far, and who else goes.
import type { Incident } from '../gen/muster/v1/incident_pb';
import type { Order } from '../gen/muster/v1/order_pb';
import { incidentTypeText, orderStatusText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { isOpenOrder } from '../picture/facts';
import { useEntity } from '../picture/hooks';
import { GradeSign } from '../ui/Chips';
import { Direction } from './Direction';
import { OrderSteps } from './OrderSteps';
import { useOrders } from './use_orders';

export function OrderFacts({ order }: { order: Order }) {
  const { t } = useText();
  const incident = useEntity('incident', order.incidentId);
  if (!incident) return <h2>{t('field.unknown_incident')}</h2>;
  return (
    <>
      <div className="order-title">
        <GradeSign grade={incident.grade} />
        <div className="grow">
          <h2>{t(incidentTypeText[incident.type])}</h2>
          {incident.text ? <p className="order-words">{incident.text}</p> : null}
        </div>
        <span className="pill num">{incident.number}</span>
      </div>
      {order.text ? (
        <section aria-label={t('field.todo')}>
          <p className="order-todo">{order.text}</p>
        </section>
      ) : null}
      <Place incident={incident} />
      <Companions order={order} />
      <OrderSteps order={order} />
    </>
  );
}

function Place({ incident }: { incident: Incident }) {
  const { t } = useText();
  const at = incident.at;
  if (!at) return null;
  const spot = `${at.latDeg.toFixed(6)},${at.lonDeg.toFixed(6)}`;
  return (
    <section aria-label={t('field.place')}>
      <p className="order-place">{incident.place || spot}</p>
      <div className="row order-way">
        <Direction to={at} />
        <a className="small" href={`geo:${spot}?q=${spot}`}>
          {t('field.navigate')}
        </a>
      </div>
    </section>
  );
}

function Companions({ order }: { order: Order }) {
  const { t } = useText();
  const others = useOrders(`orders.incident/${order.incidentId}`).filter(
    (other) => other.teamId !== '' && other.teamId !== order.teamId && isOpenOrder(other),
  );
  return (
    <section aria-label={t('field.companions')} className="order-companions">
      <span className="muted">{t('field.companions')}</span>
      {others.length === 0 ? <span>{t('field.alone')}</span> : null}
      <ul>
        {others.map((other) => (
          <Companion key={other.id} order={other} />
        ))}
      </ul>
    </section>
  );
}

function Companion({ order }: { order: Order }) {
  const { t } = useText();
  const team = useEntity('team', order.teamId);
  return (
    <li>
      {team?.name ?? ''} <span className="muted">{t(orderStatusText[order.status])}</span>
    </li>
  );
}
