// The answers to an order: one big next step, a way to skip forward, a way to say no.
import { useState } from 'react';

import { clockText, toMs } from '../base/time';
import { useValue } from '../base/value';
import { type Order, OrderStatus } from '../gen/muster/v1/order_pb';
import { orderStatusText } from '../i18n/labels';
import { type TextKey, useText } from '../i18n/text';
import type { StepStatus } from '../outbox/steps';
import { useApp } from '../ui/app_context';
import { ageText } from '../ui/age_text';
import { useNow } from '../ui/now';
import { useAgeMs } from '../ui/use_age';
import { DeclineForm } from './DeclineForm';
import { mayDecline, offeredSteps, statusWithPending } from './field_order';
import { stepTime } from '../outbox/step_time';
import { useRest } from './use_rest';

const stepText: Record<StepStatus, TextKey> = {
  [OrderStatus.DELIVERED]: 'order.status.delivered',
  [OrderStatus.ACKNOWLEDGED]: 'command.order.acknowledge',
  [OrderStatus.ACCEPTED]: 'command.order.accept',
  [OrderStatus.EN_ROUTE]: 'command.order.en_route',
  [OrderStatus.ON_SCENE]: 'command.order.on_scene',
  [OrderStatus.COMPLETE]: 'command.order.complete',
};

/** The second tap of a double tap must not answer the step after. */
const afterTapMs = 700;

type Mode = 'steps' | 'skip' | 'decline';

export function OrderAnswer({ order }: { order: Order }) {
  const { acts, outbox } = useApp();
  const { t } = useText();
  const [mode, setMode] = useState<Mode>('steps');
  const status = statusWithPending(order, useValue(outbox.acts));
  const [next, ...later] = offeredSteps(status);
  const [rests, rest] = useRest(afterTapMs);
  const back = () => setMode('steps');
  const step = (to: StepStatus) => {
    back();
    rest();
    void acts.stepOrder(order, to);
  };
  return (
    <section className="order-answer" aria-label={t('field.answer')}>
      <Standing order={order} status={status} />
      {mode === 'decline' ? <DeclineForm order={order} onDone={back} /> : null}
      {mode === 'skip' ? (
        <div className="col skip" role="group" aria-label={t('field.skip_title')}>
          <p className="muted">{t('field.skip_title')}</p>
          {later.map((to) => (
            <button key={to} type="button" onClick={() => step(to)}>
              {t(stepText[to])}
            </button>
          ))}
          <button type="button" onClick={back}>
            {t('field.cancel')}
          </button>
        </div>
      ) : null}
      {mode === 'steps' && next !== undefined ? (
        <>
          <button type="button" className="big" disabled={rests} onClick={() => step(next)}>
            {t(stepText[next])}
          </button>
          <div className="row">
            {mayDecline(status) ? (
              <button type="button" className="grow" onClick={() => setMode('decline')}>
                {t('field.decline')}
              </button>
            ) : null}
            {later.length > 0 ? (
              <button type="button" className="grow" onClick={() => setMode('skip')}>
                {t('field.skip')}
              </button>
            ) : null}
          </div>
        </>
      ) : null}
    </section>
  );
}

/** The last step with its time; and that an answer is overdue, or on its way. */
function Standing({ order, status }: { order: Order; status: OrderStatus }) {
  const { t } = useText();
  const now = useNow();
  const overdueMs = useAgeMs(order.overdueSince);
  const time = toMs(stepTime(order));
  const clock = time === undefined ? '' : clockText(time, now);
  const dueMs = toMs(order.acknowledgeDue);
  return (
    <p role="status" className="order-standing num">
      <span>{t('field.last_step', { step: t(orderStatusText[order.status]), clock })}</span>
      {status === order.status ? null : (
        <span className="late">
          {t(orderStatusText[status])} · {t('field.pending')}
        </span>
      )}
      {status === OrderStatus.DELIVERED && overdueMs !== undefined ? (
        <span className="late">
          {t('field.overdue', { age: t(ageText(overdueMs).key, ageText(overdueMs).args) })}
        </span>
      ) : null}
      {status === OrderStatus.DELIVERED && overdueMs === undefined && dueMs !== undefined ? (
        <span>{t('field.due', { clock: clockText(dueMs, now) })}</span>
      ) : null}
    </p>
  );
}
