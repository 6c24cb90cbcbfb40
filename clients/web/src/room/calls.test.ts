import { beforeEach, describe, expect, it } from 'vitest';

import type { KeyValues } from '../base/storage';
import { MemoryValues } from '../base/testing/memory_values';
import { settle, TurnableClock } from '../base/testing/turnable_clock';
import { ParticipantStatus } from '../gen/muster/v1/room_pb';
import { OwnWindow } from './own_window';
import { FakeRooms, FakeWindow, roomId } from './testing';

let clock: TurnableClock;
let rooms: FakeRooms;
let storage: KeyValues;

beforeEach(() => {
  clock = new TurnableClock();
  rooms = new FakeRooms();
  storage = new MemoryValues().windowOf();
});

/** A page of the same window, after the one before. */
const page = () => {
  const window = new FakeWindow(clock, rooms);
  return { window, calls: window.calls(storage) };
};

async function pageInRoom() {
  const made = page();
  const call = made.calls.open(roomId);
  await call.openDevices();
  await call.join();
  await settle();
  return { ...made, call };
}

describe('the call of a window', () => {
  it('is one, for whoever shows the room', () => {
    const { calls } = page();
    expect(calls.current.get()).toBeUndefined();
    const call = calls.open(roomId);
    expect(calls.open(roomId)).toBe(call);
    expect(calls.current.get()).toBe(call);
  });

  it('is left for another room', async () => {
    const { calls, call } = await pageInRoom();
    const other = calls.open('another room');
    await settle();
    expect(call.state.get().phase).toBe('left');
    expect(rooms.times('leave')).toBe(1);
    expect(calls.current.get()).toBe(other);
  });

  it('is none after one left, and a new one when one comes again', async () => {
    const { calls, call } = await pageInRoom();
    await call.leave();
    expect(calls.current.get()).toBeUndefined();
    const next = calls.open(roomId);
    expect(next).not.toBe(call);
    expect(next.state.get().phase).toBe('lobby');
    await clock.advance(5_000);
    expect(calls.current.get()).toBe(next);
  });

  it('stays when others ended it, so that it can be said why', async () => {
    const { calls, call } = await pageInRoom();
    rooms.changeOwn({ status: ParticipantStatus.REMOVED });
    expect(calls.open(roomId)).toBe(call);
    expect(calls.current.get()?.state.get().phase).toBe('removed');
  });
});

describe('coming back while one leaves', () => {
  it('takes a seat only after the leave before has come to the hub', async () => {
    const { calls, call } = await pageInRoom();
    rooms.leaveHeld = true;
    void call.leave();
    await settle();
    const next = calls.open(roomId);
    void next.join();
    await settle();
    expect(next.state.get().phase).toBe('joining');
    expect(rooms.times('join')).toBe(1);
    rooms.releaseLeave();
    await settle();
    expect(next.state.get()).toMatchObject({ phase: 'in', participantId: 'stay 2' });
    await clock.advance(30_000);
    expect(next.state.get().phase).toBe('in');
  });

  it('keeps the seat that a hub which was away never heard was left', async () => {
    const { calls, call } = await pageInRoom();
    rooms.goAway();
    void call.leave();
    await settle();
    rooms.comeBack();
    const next = calls.open(roomId);
    void next.join();
    await clock.advance(30_000);
    expect(rooms.times('leave')).toBe(1);
    expect(next.state.get()).toMatchObject({ phase: 'in', participantId: 'stay 1' });
  });

  it('from another window is not undone by a leave that was late', async () => {
    const { call } = await pageInRoom();
    rooms.goAway();
    void call.leave();
    await settle();
    rooms.comeBack();
    const other = page();
    other.window.deviceId = 'another window';
    const next = other.calls.open(roomId);
    await next.join();
    await clock.advance(30_000);
    expect(rooms.times('leave')).toBe(2);
    expect(next.state.get().phase).toBe('in');
  });
});

describe('logging out', () => {
  it('leaves first, and waits for the hub no longer than a moment', async () => {
    const { calls } = await pageInRoom();
    await calls.leave();
    expect(rooms.times('leave')).toBe(1);
    expect(rooms.own).toBeUndefined();
    const next = calls.open(roomId);
    await next.join();
    rooms.leaveHeld = true;
    let done = false;
    void calls.leave().then(() => (done = true));
    await settle();
    expect(done).toBe(false);
    await clock.advance(1_000);
    expect(done).toBe(true);
  });
});

describe('a reload', () => {
  it('for a new build waits until nobody talks any more', async () => {
    const { calls, call } = await pageInRoom();
    expect(calls.isBusy()).toBe(true);
    rooms.changeOwn({ status: ParticipantStatus.REMOVED });
    expect(calls.isBusy()).toBe(false);
    await call.leave();
    expect(calls.isBusy()).toBe(false);
  });

  it('finds the same seat without a click, muted and without camera as before', async () => {
    const before = await pageInRoom();
    before.call.setMuted(true);
    before.call.setCameraOff(true);
    before.calls.closeAll();
    expect(before.window.media.tracks.every(({ stopped }) => stopped)).toBe(true);
    expect(rooms.times('leave')).toBe(0);

    const { window, calls } = page();
    expect(calls.roomBeforeReload).toBe(roomId);
    calls.resume();
    await settle();
    expect(calls.current.get()?.state.get()).toMatchObject({
      phase: 'in',
      participantId: 'stay 1',
      muted: true,
      cameraOff: true,
    });
    expect(window.media.asked).toEqual(['audio']);
    expect(window.media.last('audio').enabled).toBe(false);
  });

  it('takes nothing from the device on which the person went on', async () => {
    const before = await pageInRoom();
    before.calls.closeAll();
    rooms.changeOwn({ deviceId: 'a phone' });
    const { window, calls } = page();
    calls.resume();
    await settle();
    expect(calls.current.get()?.state.get().phase).toBe('elsewhere');
    expect(rooms.own?.deviceId).toBe('a phone');
    expect(window.media.tracks.every(({ stopped }) => stopped)).toBe(true);
  });

  it('does not take the chair’s word for one’s own', async () => {
    const before = await pageInRoom();
    rooms.changeOwn({ muted: true, mutedById: 'chair' });
    before.calls.closeAll();
    const { calls } = page();
    calls.resume();
    await settle();
    expect(calls.current.get()?.state.get().muted).toBe(true);
    rooms.changeOwn({ muted: false, mutedById: '' });
    expect(calls.current.get()?.state.get().muted).toBe(false);
  });

  it.each([
    ['left', (call: { leave: () => Promise<void> }) => call.leave()],
    ['was removed', () => rooms.changeOwn({ status: ParticipantStatus.REMOVED })],
    ['went on elsewhere', () => rooms.changeOwn({ deviceId: 'a phone' })],
    ['saw the room closed', () => rooms.close()],
  ])('goes nowhere for who %s', async (_, end) => {
    const before = await pageInRoom();
    await end(before.call);
    before.calls.closeAll();
    const { calls } = page();
    expect(calls.roomBeforeReload).toBe('');
    calls.resume();
    expect(calls.current.get()).toBeUndefined();
  });

  it('goes nowhere for somebody else', async () => {
    const before = await pageInRoom();
    before.calls.forget();
    expect(page().calls.roomBeforeReload).toBe('');
  });

  it('survives what another build has written', () => {
    storage.set('muster.call', '{"roomId":7}');
    expect(page().calls.roomBeforeReload).toBe('');
    storage.set('muster.call', '<');
    expect(page().calls.roomBeforeReload).toBe('');
  });
});

describe('a copied window', () => {
  it('leaves the seat to the one that it was copied from, until somebody wants it here', async () => {
    await pageInRoom();
    const { window, calls } = page();
    window.copy = true;
    window.deviceId = 'the copy';
    calls.resume();
    await settle();
    const call = calls.current.get();
    expect(call?.state.get().phase).toBe('elsewhere');
    expect(window.media.asked).toEqual([]);
    expect(rooms.own?.deviceId).toBe('this device');
    await call?.takeOver();
    await settle();
    expect(call?.state.get()).toMatchObject({ phase: 'in', microphone: { phase: 'on' } });
    expect(rooms.own?.deviceId).toBe('the copy');
  });

  it('gets an id of its own', async () => {
    const held = new Set<string>();
    const claim = (name: string) => {
      const free = !held.has(name);
      held.add(name);
      return Promise.resolve(free);
    };
    const first = new OwnWindow(storage, claim);
    expect(await first.isCopy()).toBe(false);
    const copy = new OwnWindow(storage, claim);
    expect(copy.deviceId).toBe(first.deviceId);
    expect(await copy.isCopy()).toBe(true);
    expect(await copy.isCopy()).toBe(true);
    expect(copy.deviceId).not.toBe(first.deviceId);
    // And keeps it over a reload, when its page let go of it.
    held.clear();
    const reloaded = new OwnWindow(storage, claim);
    expect(await reloaded.isCopy()).toBe(false);
    expect(reloaded.deviceId).toBe(copy.deviceId);
  });
});
