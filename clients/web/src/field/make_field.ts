// The field page's own long-lived objects; app.ts calls this.
import type { Transport } from '@connectrpc/connect';

import type { Cancel, Clock } from '../base/clock';
import type { Session } from '../base/session';
import { OrderStatus } from '../gen/muster/v1/order_pb';
import type { Acts } from '../outbox/acts';
import type { Outbox } from '../outbox/outbox';
import type { Mirror } from '../picture/mirror';
import { chime } from './chime';
import type { FieldParts } from './field_context';
import { indexedDbShelf } from './indexed_db_shelf';
import { Locator } from './locator';
import { Receipts } from './receipts';
import { sendFixBy } from './send_fix';

export interface FieldNeeds {
  clock: Clock;
  session: Session;
  transport: Transport;
  mirror: Mirror;
  outbox: Outbox;
  acts: Acts;
  /** Device's clock minus the hub's, in ms. */
  clockOffsetMs: () => number;
}

const newOrderVibrationMs = [300, 150, 300, 150, 600];

export function makeField(needs: FieldNeeds): FieldParts {
  const { clock, session, transport, mirror, outbox, acts, clockOffsetMs } = needs;
  const teamId = () => session.current.get()?.person.teamId;
  const locator = new Locator({
    geolocation: 'geolocation' in navigator ? navigator.geolocation : undefined,
    clock,
    send: sendFixBy(transport, clockOffsetMs),
  });
  const receipts = new Receipts({
    clock,
    mirror,
    shelf: indexedDbShelf(() => clock.now()),
    team: teamId,
    deliver: (order) => acts.stepOrder(order, OrderStatus.DELIVERED),
    dismiss: (requestId) => outbox.dismiss(requestId),
    notice: () => {
      chime();
      if ('vibrate' in navigator) navigator.vibrate(newOrderVibrationMs);
    },
  });
  receipts.start();

  let stopLocating: Cancel | undefined;
  const follow = () => {
    stopLocating?.();
    stopLocating = teamId() ? locator.start() : undefined;
  };
  session.current.subscribe(follow);
  follow();
  return { locator };
}
