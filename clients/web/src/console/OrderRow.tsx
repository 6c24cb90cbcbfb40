// One order: who, a bar of its steps, the time of the last one, and what is overdue.
import { Menu } from '@mantine/core';

import { clockText, toMs } from '../base/time';
import { type Order, OrderStatus } from '../gen/muster/v1/order_pb';
import { orderStatusText } from '../i18n/labels';
import { type TextKey, useText } from '../i18n/text';
import { isEnded, nextSteps, type StepStatus } from '../outbox/steps';
import { orderAlert } from '../picture/facts';
import { useEntity } from '../picture/hooks';
import { Age } from '../ui/Age';
import { useApp } from '../ui/app_context';
import { AlertBlock } from './Alert';
import { useHubNow } from './hub_now';
import { useMay } from './may';
import { statusTime, stepMarks } from './order_steps';
import { spanText } from './time_text';

export function OrderRow({ order }: { order: Order }) {
  const { t } = useText();
  const may = useMay();
  const nowMs = useHubNow();
  const team = useEntity('team', order.teamId);
  const onBehalf = useEntity('person', order.answeredOnBehalfById);
  const alert = orderAlert(order, nowMs);
  const atMs = toMs(statusTime(order));
  const dueMs = toMs(order.acknowledgeDue);
  const name = team?.name ?? order.teamId;
  const waits = order.status === OrderStatus.DELIVERED && dueMs !== undefined && !alert;
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
          {order.reason !== '' && <span className="muted">{order.reason}</span>}
          {onBehalf && (
            <span className="muted">
              {t('console.orders.on_behalf', { who: onBehalf.post || onBehalf.name })}
            </span>
          )}
        </span>
        {order.text !== '' && <span className="order-text muted">{order.text}</span>}
      </span>
      <span className="muted num">
        <Age since={statusTime(order)} />
      </span>
      {may.decide && !isEnded(order.status) && <OrderMenu order={order} team={name} />}
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

const onBehalfText: Record<StepStatus, TextKey> = {
  [OrderStatus.DELIVERED]: 'console.orders.delivered_by_voice',
  [OrderStatus.ACKNOWLEDGED]: 'command.order.acknowledge',
  [OrderStatus.ACCEPTED]: 'command.order.accept',
  [OrderStatus.EN_ROUTE]: 'command.order.en_route',
  [OrderStatus.ON_SCENE]: 'command.order.on_scene',
  [OrderStatus.COMPLETE]: 'command.order.complete',
};

/** Answers that came by voice, and taking the order back. */
function OrderMenu({ order, team }: { order: Order; team: string }) {
  const { acts } = useApp();
  const { t } = useText();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <button
          type="button"
          className="quiet-button"
          aria-label={t('console.orders.more', { team })}
        >
          {'⋯'}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('console.orders.answer_for', { team })}</Menu.Label>
        {nextSteps(order.status).map((step) => (
          <Menu.Item key={step} onClick={() => void acts.stepOrder(order, step)}>
            {t(onBehalfText[step])}
          </Menu.Item>
        ))}
        <Menu.Item
          onClick={() => void acts.declineOrder(order, t('console.orders.declined_by_voice'))}
        >
          {t('command.order.decline')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void acts.recallOrder(order)}>
          {t('command.order.recall')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
