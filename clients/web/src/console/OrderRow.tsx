// One order: who, a bar of its steps, the time of the last one, and what is overdue.
import { clockText, toMs } from '../base/time';
import { type Order, OrderStatus } from '../gen/muster/v1/order_pb';
import { OrderStep } from '../gen/muster/v1/rule_pb';
import { orderStatusText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { stepTime } from '../outbox/step_time';
import { isEnded } from '../outbox/steps';
import { orderAlert } from '../picture/facts';
import { useEntity } from '../picture/hooks';
import { Age } from '../ui/Age';
import { AlertBlock } from './Alert';
import { useHubNow } from '../ui/hub_now';
import { useMay } from '../ui/may';
import { OrderMenu } from './OrderMenu';
import { stepMarks } from './order_steps';
import { PartsTally } from './PartsTally';
import { useWhoOfOrder } from './who_of_order';
import { spanText } from '../ui/time_text';

export function OrderRow({ order }: { order: Order }) {
  const { t } = useText();
  const may = useMay();
  const nowMs = useHubNow();
  const onBehalf = useEntity('person', order.answeredOnBehalfById);
  const alert = orderAlert(order);
  const atMs = toMs(stepTime(order));
  const dueMs = toMs(order.dueAt);
  const name = useWhoOfOrder(order);
  const amended =
    order.acknowledgedTextVersion > 0 && order.textVersion > order.acknowledgedTextVersion;
  const waits = order.dueStep === OrderStep.ACKNOWLEDGE && dueMs !== undefined && !alert;
  return (
    <li className={`order ${isEnded(order.status) ? 'ended' : ''}`}>
      <span className="order-team cut" title={name}>
        {name}
      </span>
      <span className="grow">
        <StepBar order={order} />
        <span className="order-state num">
          {alert ? (
            <AlertBlock alert={alert} nowMs={nowMs} />
          ) : (
            <span>
              {t(orderStatusText[order.status])} {atMs !== undefined && clockText(atMs, nowMs)}
            </span>
          )}
          {waits && (
            <span className="muted">
              {t('console.orders.due', { span: spanText(dueMs - nowMs) })}
            </span>
          )}
          {amended && <span className="late num">{t('console.orders.amended')}</span>}
          {order.overrideReason !== '' && (
            <span className="muted">
              {t('console.orders.override', { reason: order.overrideReason })}
            </span>
          )}
          {order.reason !== '' && <span className="muted">{order.reason}</span>}
          {onBehalf && (
            <span className="muted">
              {t('console.orders.on_behalf', { who: onBehalf.post || onBehalf.name })}
            </span>
          )}
        </span>
        {order.text !== '' && <span className="order-text muted">{order.text}</span>}
        {order.feedback !== '' && <span className="order-text">{order.feedback}</span>}
        {order.teamId === '' && order.agencyId === '' && <PartsTally order={order} />}
      </span>
      <span className="muted num">
        <Age since={stepTime(order)} />
      </span>
      {may.decide && order.teamId !== '' && !isEnded(order.status) && (
        <OrderMenu order={order} team={name} />
      )}
    </li>
  );
}

function StepBar({ order }: { order: Order }) {
  const { t } = useText();
  const nowMs = useHubNow();
  const marks = stepMarks(order);
  const ended = isEnded(order.status) && order.status !== OrderStatus.COMPLETE;
  const done = marks.filter((mark) => mark.state !== 'open').length;
  const label = t('console.orders.steps', {
    status: t(orderStatusText[order.status]),
    done,
    all: marks.length,
  });
  return (
    <span className={`steps ${ended ? 'broken' : ''}`} role="img" aria-label={label}>
      {marks.map((mark) => (
        <span
          key={mark.status}
          className={mark.state}
          title={[
            t(orderStatusText[mark.status]),
            mark.atMs === undefined ? '' : clockText(mark.atMs, nowMs),
          ].join(' ')}
        />
      ))}
    </span>
  );
}
