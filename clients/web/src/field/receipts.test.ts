import { Code } from '@connectrpc/connect';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { order, update } from '../base/testing/entities';
import { settle, TurnableClock } from '../base/testing/turnable_clock';
import { OrderStatus } from '../gen/muster/v1/order_pb';
import type { Order } from '../gen/muster/v1/order_pb';
import type { Outcome } from '../outbox/act';
import { refusal } from '../outbox/testing';
import { Mirror } from '../picture/mirror';
import { Receipts } from './receipts';

let clock: TurnableClock;
let broken: 'shelf' | 'outbox' | undefined;
let mirror: Mirror;
let happened: string[];
let outcome: Outcome;
let stored: (() => void) | undefined;
const dismiss = vi.fn(() => Promise.resolve());

beforeEach(() => {
  clock = new TurnableClock();
  broken = undefined;
  mirror = new Mirror();
  happened = [];
  outcome = { sent: true };
  stored = undefined;
  dismiss.mockClear();
  new Receipts({
    clock,
    mirror,
    team: () => 'ours',
    shelf: {
      put: ({ id, status }: Order) =>
        new Promise((resolve, reject) => {
          stored = () => {
            if (broken === 'shelf') {
              reject(new Error('the disk is full'));
              return;
            }
            happened.push(`stored ${id} ${OrderStatus[status]}`);
            resolve();
          };
        }),
    },
    deliver: ({ id }) => {
      if (broken === 'outbox') return Promise.reject(new Error('the disk is full'));
      happened.push(`delivered ${id}`);
      return Promise.resolve({ requestId: `r-${id}`, outcome: Promise.resolve(outcome) });
    },
    dismiss,
    notice: ({ id, status }) => happened.push(`notice ${id} ${OrderStatus[status]}`),
  }).start();
});

async function orderCame(id: string, status = OrderStatus.ISSUED, teamId = 'ours') {
  mirror.apply(update(order({ id, status, teamId, incidentId: 'i' })));
  await settle();
  stored?.();
  await settle();
}

describe('Receipts', () => {
  it('say delivered only after the order is on the disk', async () => {
    mirror.apply(update(order({ id: 'o', teamId: 'ours', incidentId: 'i' })));
    await settle();
    expect(happened).toEqual([]);
    stored?.();
    await settle();
    expect(happened).toEqual(['stored o ISSUED', 'notice o ISSUED', 'delivered o']);
  });

  it('say it once, and keep later states on the disk too', async () => {
    await orderCame('o');
    await orderCame('o');
    await orderCame('o', OrderStatus.DELIVERED);
    expect(happened.filter((what) => what === 'delivered o')).toHaveLength(1);
    expect(happened.at(-1)).toBe('stored o DELIVERED');
  });

  it('let a recalled order be noticed, but not one that was over before', async () => {
    await orderCame('old', OrderStatus.RECALLED);
    await orderCame('o', OrderStatus.ACCEPTED);
    await orderCame('o', OrderStatus.RECALLED);
    await orderCame('o', OrderStatus.RECALLED);
    expect(happened.filter((what) => what.startsWith('notice'))).toEqual(['notice o RECALLED']);
  });

  it("leave other teams' orders alone", async () => {
    await orderCame('o', OrderStatus.ISSUED, 'theirs');
    expect(happened).toEqual([]);
  });

  it.each(['shelf', 'outbox'] as const)(
    'are given when a %s that failed works again',
    async (what) => {
      vi.spyOn(console, 'warn').mockReturnValue();
      broken = what;
      await orderCame('o');
      expect(happened).not.toContain('delivered o');
      broken = undefined;
      await clock.advance(5_000);
      stored?.();
      await settle();
      expect(happened.filter((it) => it === 'delivered o')).toHaveLength(1);
      expect(happened.filter((it) => it === 'notice o ISSUED')).toHaveLength(1);
    },
  );

  it('are given once, however often an order is touched while it is stored', async () => {
    mirror.apply(update(order({ id: 'o', teamId: 'ours', incidentId: 'i' })));
    const first = stored;
    mirror.apply(update(order({ id: 'o', teamId: 'ours', incidentId: 'i', text: 'x' })));
    first?.();
    stored?.();
    await settle();
    expect(happened.filter((it) => it === 'delivered o')).toHaveLength(1);
  });

  it('bother nobody with a receipt that came too late', async () => {
    outcome = { sent: false, refusal: refusal(Code.FailedPrecondition, 'order.backward') };
    await orderCame('o');
    expect(dismiss).toHaveBeenCalledWith('r-o');
  });
});
