import { Code } from '@connectrpc/connect';
import { beforeEach, expect, it } from 'vitest';

import { TurnableClock } from '../base/testing/turnable_clock';
import { Seat } from './seat';
import { FakeRooms, me, roomId } from './testing';

let clock: TurnableClock;
let rooms: FakeRooms;
let seat: Seat;

beforeEach(async () => {
  clock = new TurnableClock();
  rooms = new FakeRooms();
  const ports = { clock, random: () => 1, api: rooms, mirror: rooms.mirror, personId: () => me };
  seat = new Seat(ports, () => ({
    roomId,
    deviceId: 'd',
    muted: false,
    cameraOff: false,
  }));
  await seat.take(Promise.resolve(true), true);
});

it('gives each ticket once, and gets another one for the same seat', async () => {
  expect(await seat.publishTicket()).toBe('ticket 1');
  expect(await seat.publishTicket()).toBe('ticket 2');
  expect(seat.state.get().participant?.id).toBe('stay 1');
});

it('gives no ticket that has grown old', async () => {
  await clock.advance(250_000);
  expect(await seat.publishTicket()).toBe('ticket 2');
});

it('has no ticket while the hub is away, and says so', async () => {
  await seat.publishTicket();
  rooms.goAway();
  expect(await seat.publishTicket()).toBeUndefined();
  expect(seat.state.get().phase).toBe('reconnecting');
});

it('asks once for all who want a ticket at a time', async () => {
  await seat.publishTicket();
  const both = await Promise.all([seat.publishTicket(), seat.publishTicket()]);
  expect(both).toEqual(['ticket 2', undefined]);
  expect(rooms.times('join')).toBe(2);
});

it('has no ticket any more when the seat is over', async () => {
  rooms.close();
  expect(await seat.publishTicket()).toBeUndefined();
  expect(rooms.times('join')).toBe(1);
});

it('forgets an answer that comes after one left', async () => {
  const leaving = seat.leave(Promise.resolve());
  await leaving;
  const taking = seat.take(Promise.resolve(true), true);
  const left = seat.leave(Promise.resolve());
  await Promise.all([taking, left]);
  expect(seat.state.get().phase).toBe('left');
});

it('is not thrown out by an answer that is no word about the stay', async () => {
  await seat.publishTicket();
  rooms.refuseJoin(Code.Internal, 'internal');
  expect(await seat.publishTicket()).toBeUndefined();
  expect(seat.state.get().phase).toBe('reconnecting');
  rooms.allowJoin();
  await clock.advance(5_000);
  expect(seat.state.get().phase).toBe('in');
});

it('is over when the hub says so', async () => {
  await seat.publishTicket();
  rooms.refuseJoin(Code.PermissionDenied, 'room.removed');
  await seat.publishTicket();
  expect(seat.state.get().phase).toBe('removed');
});

it('is taken from another device only soon after a click', async () => {
  rooms.changeOwn({ deviceId: 'a phone' });
  rooms.goAway();
  void seat.take(Promise.resolve(true), true);
  await clock.advance(40_000);
  rooms.comeBack();
  await clock.advance(10_000);
  expect(seat.state.get().phase).toBe('elsewhere');
  expect(rooms.own?.deviceId).toBe('a phone');
});
