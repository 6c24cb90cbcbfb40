import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';

import { idBytes } from '../base/ids';
import { order } from '../base/testing/entities';
import { TurnableClock } from '../base/testing/turnable_clock';
import { toMs } from '../base/time';
import { IncidentType } from '../gen/muster/v1/incident_pb';
import { ReportIncidentRequestSchema } from '../gen/muster/v1/incident_service_pb';
import { OrderStatus } from '../gen/muster/v1/order_pb';
import { AcceptOrderRequestSchema } from '../gen/muster/v1/order_service_pb';
import { Acts } from './acts';
import { Outbox } from './outbox';
import { FakeHub, MemoryActStore, MemoryBells, MemoryLock } from './testing';

function makeActs(clockOffsetMs = 1234.6) {
  const clock = new TurnableClock();
  const store = new MemoryActStore();
  const hub = new FakeHub();
  hub.goAway();
  const outbox = new Outbox({
    store,
    lock: new MemoryLock(),
    bell: new MemoryBells().windowOf(),
    send: hub.send,
    clock,
    random: () => 1,
    person: () => 'p',
  });
  return {
    clock,
    store,
    acts: new Acts(
      outbox,
      clock,
      () => 'p',
      () => clockOffsetMs,
    ),
  };
}

describe('Acts', () => {
  it('gives a report its ids and the device time', async () => {
    const { acts, store, clock } = makeActs();
    const made = await acts.reportIncident({
      type: IncidentType.FIRE,
      at: { latDeg: 38.9, lonDeg: 121.6 },
      text: '三层有人',
    });
    const [stored] = await store.list();
    expect(stored?.method).toBe('muster.v1.IncidentService/ReportIncident');
    const request = fromBinary(ReportIncidentRequestSchema, stored?.body ?? new Uint8Array());
    expect(request).toMatchObject({ id: made.id, requestId: made.requestId, text: '三层有人' });
    expect(idBytes(request.id)).toHaveLength(16);
    expect(request.at).toMatchObject({ latDeg: 38.9, lonDeg: 121.6 });
    expect(toMs(request.deviceAt)).toBe(clock.now());
  });

  it("answers an order with the step's own method and the clock's offset", async () => {
    const { acts, store } = makeActs();
    const { value } = order({ id: 'o' });
    await acts.stepOrder(value, OrderStatus.ACCEPTED);
    const [stored] = await store.list();
    expect(stored?.method).toBe('muster.v1.OrderService/AcceptOrder');
    const request = fromBinary(AcceptOrderRequestSchema, stored?.body ?? new Uint8Array());
    expect(request).toMatchObject({ id: 'o', clockOffsetMs: 1235 });
  });

  it.each([
    [86_400_001, 86_400_000],
    [-3_000_000_000, -86_400_000], // Beyond an int32 too.
  ])('answers though the clock is wrong by %i ms', async (measured, sent) => {
    const { acts, store } = makeActs(measured);
    await acts.stepOrder(order({ id: 'o' }).value, OrderStatus.ACCEPTED);
    const [stored] = await store.list();
    const request = fromBinary(AcceptOrderRequestSchema, stored?.body ?? new Uint8Array());
    expect(request.clockOffsetMs).toBe(sent);
  });
});
