// Whom an order goes to, in a word.
import type { Order } from '../gen/muster/v1/order_pb';
import { useText } from '../i18n/text';
import { useEntities } from '../picture/derived';
import { useEntity } from '../picture/hooks';

/** The team, the agency, or so many agencies for an order that gathers theirs. */
export function useWhoOfOrder(order: Order): string {
  const { t } = useText();
  const team = useEntity('team', order.teamId);
  const agency = useEntity('agency', order.agencyId);
  const parts = useEntities('order', `orders.parent/${order.id}`);
  if (order.teamId !== '') return team?.name ?? order.teamId;
  if (order.agencyId !== '') return agency?.name ?? order.agencyId;
  return t('console.orders.collective', { n: parts.length });
}
