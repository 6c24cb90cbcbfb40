// The open order of the team, or that there is none.
import { useState } from 'react';

import { useValue } from '../base/value';
import type { Order } from '../gen/muster/v1/order_pb';
import { useText } from '../i18n/text';
import { isOpenOrder } from '../picture/facts';
import { useEntity } from '../picture/hooks';
import { useOrders } from './use_orders';
import { useApp } from '../ui/app_context';
import { OrderAnswer } from './OrderAnswer';
import { OrderFacts } from './OrderFacts';
import { PastOrder } from './PastOrder';

export function OrderPage({ teamId }: { teamId: string }) {
  const { t } = useText();
  const team = useEntity('team', teamId);
  const all = useOrders(`orders.team/${teamId}`);
  const open = all.filter(isOpenOrder);
  const [chosenId, choose] = useState<string>();
  const shown =
    open.find(({ id }) => id === chosenId) ??
    open.find(({ id }) => id === team?.currentOrderId) ??
    open[0];
  if (!shown) return <NoOrder last={all[0]} />;
  const after = open[(open.indexOf(shown) + 1) % open.length];
  return (
    <article className="order" aria-label={t('field.order')}>
      <div className="order-facts">
        <OrderFacts order={shown} />
        {after && after !== shown ? (
          <p className="row">
            <span className="late grow">{t('field.others_open', { n: open.length - 1 })}</span>
            <button type="button" className="small" onClick={() => choose(after.id)}>
              {t('field.show_order')}
            </button>
          </p>
        ) : null}
      </div>
      <OrderAnswer key={shown.id} order={shown} />
    </article>
  );
}

/** Nothing to do; what came last is shown, so that a recalled order does not just vanish. */
function NoOrder({ last }: { last: Order | undefined }) {
  const { link } = useApp();
  const { t } = useText();
  const { newsAtMs } = useValue(link);
  if (newsAtMs === undefined) {
    return <p className="field-empty">{t('field.waiting_picture')}</p>;
  }
  return (
    <div className="field-empty">
      <h2>{t('field.no_order')}</h2>
      <p className="muted">{t('field.no_order_hint')}</p>
      {last ? (
        <section aria-label={t('field.last_ended')} className="last-order">
          <h3>{t('field.last_ended')}</h3>
          <PastOrder order={last} />
        </section>
      ) : null}
    </div>
  );
}
