// How far the parts of an order are: "47 of 54 signed", and who is behind.
import { type Order, OrderStatus } from '../gen/muster/v1/order_pb';
import { orderStatusText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { useEntities } from '../picture/derived';
import { useWhoOfOrder } from './who_of_order';
import { isBehind, partsTally } from './parts_tally';

/** More names than that are counted by the line above. */
const fewNames = 7;

export function PartsTally({ order }: { order: Order }) {
  const { t } = useText();
  const parts = useEntities('order', `orders.parent/${order.id}`);
  const { status, reached, total } = partsTally(parts);
  const behind = parts.filter((part) => isBehind(part, status));
  return (
    <span className="order-text num">
      {t('console.orders.behind', { reached, total, status: t(orderStatusText[status]) })}
      {status === OrderStatus.DONE && reached === total ? null : (
        <span className="muted">
          {' '}
          {behind.slice(0, fewNames).map((part) => (
            <Behind key={part.id} order={part} />
          ))}
          {behind.length > fewNames && '…'}
        </span>
      )}
    </span>
  );
}

function Behind({ order }: { order: Order }) {
  return <span className="pill">{useWhoOfOrder(order)}</span>;
}
