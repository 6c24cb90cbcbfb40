// How far the order is: every step with the time at which it was taken.
import { clockText, toMs } from '../base/time';
import type { Order } from '../gen/muster/v1/order_pb';
import { orderStatusText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { stepOrder } from '../outbox/steps';
import { useNow } from '../ui/now';
import { timeOf } from '../outbox/step_time';

export function OrderSteps({ order }: { order: Order }) {
  const { t } = useText();
  const now = useNow();
  return (
    <ol className="order-steps num" aria-label={t('field.steps')}>
      {stepOrder.map((step) => {
        const ms = toMs(timeOf(order, step));
        return (
          <li key={step} className={ms === undefined ? undefined : 'done'}>
            <span aria-hidden="true">{ms === undefined ? '○' : '●'}</span>
            <span className="grow">{t(orderStatusText[step])}</span>
            <span>{ms === undefined ? null : clockText(ms, now)}</span>
          </li>
        );
      })}
    </ol>
  );
}
