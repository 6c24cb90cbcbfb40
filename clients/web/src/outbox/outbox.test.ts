import { Code } from '@connectrpc/connect';
import { beforeEach, describe, expect, it } from 'vitest';

import { settle, TurnableClock } from '../base/testing/turnable_clock';
import type { NewAct } from './act';
import { Outbox } from './outbox';
import { FakeHub, MemoryActStore, MemoryBells, MemoryLock, refusal } from './testing';

let clock: TurnableClock;
let store: MemoryActStore;
let lock: MemoryLock;
let bells: MemoryBells;
let hub: FakeHub;
let person: string | undefined;

beforeEach(() => {
  clock = new TurnableClock();
  store = new MemoryActStore();
  lock = new MemoryLock();
  bells = new MemoryBells();
  hub = new FakeHub();
  person = 'seat-02';
});

const openWindow = () =>
  new Outbox({
    store,
    lock,
    bell: bells.windowOf(),
    send: hub.send,
    clock,
    random: () => 1,
    person: () => person,
  });

const act = (requestId: string, personId = 'seat-02'): NewAct => ({
  requestId,
  personId,
  method: 'muster.v1.OrderService/AcceptOrder',
  body: new Uint8Array(),
  doneAtMs: clock.now(),
  label: { key: 'act.accept_order' },
});

const waiting = (outbox: Outbox) => outbox.acts.get().map(({ requestId }) => requestId);

describe('Outbox', () => {
  it('stores an act before it is sent', async () => {
    hub.hold();
    const outbox = openWindow();
    await outbox.submit(act('1'));
    expect((await store.list()).map((stored) => stored.requestId)).toEqual(['1']);
    await settle();
    hub.release();
    await settle();
    expect(await store.list()).toEqual([]);
    expect(waiting(outbox)).toEqual([]);
  });

  it('sends in order, one at a time', async () => {
    hub.hold();
    const outbox = openWindow();
    await Promise.all(['1', '2', '3'].map((id) => outbox.submit(act(id))));
    await settle();
    expect(hub.asked).toEqual(['1']);
    hub.release();
    await settle();
    expect(hub.asked).toEqual(['1', '2', '3']);
  });

  it('keeps acts of an outage and sends them, in order and with their ids, when the hub is back', async () => {
    hub.goAway();
    const outbox = openWindow();
    await outbox.submit(act('1'));
    const second = await outbox.submit(act('2'));
    await settle();
    expect(waiting(outbox)).toEqual(['1', '2']);
    expect(outbox.trouble.get()?.status).toBe(Code.Unavailable);
    await clock.advance(20_000);
    expect(new Set(hub.asked)).toEqual(new Set(['1']));

    hub.comeBack();
    hub.asked.length = 0;
    await clock.advance(5_000);
    expect(hub.asked).toEqual(['1', '2']);
    expect(await second.outcome).toEqual({ sent: true });
    expect(outbox.trouble.get()).toBeUndefined();
  });

  it.each([Code.Unavailable, Code.DeadlineExceeded, Code.ResourceExhausted, Code.Unknown])(
    'tries again after status %i',
    async (status) => {
      hub.goAway(refusal(status));
      const outbox = openWindow();
      await outbox.submit(act('1'));
      await settle();
      hub.comeBack();
      await clock.advance(1_000);
      expect(waiting(outbox)).toEqual([]);
    },
  );

  it('keeps a refusal until it was read, and sends what comes after it', async () => {
    const why = refusal(Code.FailedPrecondition, 'order.backward');
    hub.refuse('1', why);
    const outbox = openWindow();
    const { outcome } = await outbox.submit(act('1'));
    await outbox.submit(act('2'));
    await settle();
    expect(hub.asked).toEqual(['1', '2']);
    expect(await outcome).toEqual({ sent: false, refusal: why });
    expect(outbox.acts.get()).toMatchObject([{ requestId: '1', refusal: why }]);
    await clock.advance(60_000);
    expect(hub.asked).toEqual(['1', '2']);
    // Another window, or a reload, shows it still.
    const other = openWindow();
    await other.refresh();
    expect(waiting(other)).toEqual(['1']);

    await outbox.dismiss('1');
    expect(waiting(outbox)).toEqual([]);
    await settle();
    expect(waiting(other)).toEqual([]);
  });

  it('sends what a window left that was closed', async () => {
    hub.goAway();
    await openWindow().submit(act('1'));
    await settle();
    hub.comeBack();
    hub.asked.length = 0;
    const next = openWindow();
    next.flush();
    await settle();
    expect(hub.asked).toEqual(['1']);
  });

  it('sends an act once, whichever window does, and tells the one that asked', async () => {
    hub.hold();
    const [first, second] = [openWindow(), openWindow()];
    const { outcome } = await first.submit(act('1'));
    second.flush();
    await settle();
    hub.release();
    expect(await outcome).toEqual({ sent: true });
    await settle();
    expect(hub.asked).toEqual(['1']);
  });

  it('calls no act sent that is not stored yet, whatever is looked at meanwhile', async () => {
    hub.goAway();
    const outbox = openWindow();
    store.holdAdds();
    const submitted = outbox.submit(act('1'));
    await outbox.refresh();
    store.release();
    let sent = false;
    void (await submitted).outcome.then(() => (sent = true));
    await settle();
    expect(sent).toBe(false);
  });

  it('does not take a list from before the act for news of it', async () => {
    hub.goAway();
    const outbox = openWindow();
    store.holdLists();
    void outbox.refresh();
    const submitted = outbox.submit(act('1'));
    await settle();
    store.release();
    let sent = false;
    void (await submitted).outcome.then(() => (sent = true));
    await settle();
    expect(sent).toBe(false);
    hub.comeBack();
    await clock.advance(1_000);
    expect(sent).toBe(true);
  });

  it('sends what it stored when a store that failed works again, waiting longer each time', async () => {
    const outbox = openWindow();
    store.break();
    const { outcome } = await outbox.submit(act('1'));
    await settle();
    expect(outbox.trouble.get()?.message).toBe('the disk is full');
    await clock.advance(20_000);
    expect(hub.asked).toEqual([]);
    store.mend();
    await clock.advance(5_000);
    expect(hub.asked).toEqual(['1']);
    expect(await outcome).toEqual({ sent: true });
    expect(outbox.trouble.get()).toBeUndefined();
  });

  it('asks again with the same id when the store fails after the hub took the act', async () => {
    hub.hold();
    const outbox = openWindow();
    const { outcome } = await outbox.submit(act('1'));
    await settle();
    store.break();
    hub.release();
    await clock.advance(20_000);
    store.mend();
    await clock.advance(5_000);
    expect(new Set(hub.asked)).toEqual(new Set(['1']));
    expect(await outcome).toEqual({ sent: true });
    expect(await store.list()).toEqual([]);
  });

  it("never sends one person's act with the token of another", async () => {
    hub.goAway();
    const outbox = openWindow();
    await outbox.submit(act('1'));
    await settle();
    hub.comeBack();
    hub.asked.length = 0;
    person = 'seat-03';
    outbox.flush();
    await settle();
    expect(hub.asked).toEqual([]);
    expect(waiting(outbox)).toEqual([]);
    person = 'seat-02';
    outbox.flush();
    await settle();
    expect(hub.asked).toEqual(['1']);
  });

  it('keeps an act whose token had ended for the next log-in', async () => {
    hub.goAway(refusal(Code.Unauthenticated));
    const outbox = openWindow();
    await outbox.submit(act('1'));
    await clock.advance(60_000);
    expect(hub.asked).toEqual(['1']);
    hub.comeBack();
    outbox.flush();
    await settle();
    expect(hub.asked).toEqual(['1', '1']);
    expect(waiting(outbox)).toEqual([]);
  });
});
