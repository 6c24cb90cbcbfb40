import { expect, test } from 'vitest';

import { at, participant, uuid } from '../base/testing/entities';
import { toMs } from '../base/time';
import { ParticipantStatus } from '../gen/muster/v1/room_pb';
import { camerasOut } from './camera_out';

const [me, other] = [uuid(1), uuid(2)];
const gate = (id: number, init = {}) =>
  participant({ id: uuid(id), cameraId: uuid(50), name: 'Gate 1', ...init }).value;
const out = (id: number, endedById: string, second: number) =>
  gate(id, { status: ParticipantStatus.LEFT, endedById, leftAt: at(second) });
const ms = (second: number) => toMs(at(second));
const seen = (stays: ReturnType<typeof gate>[], since: number, now: number) =>
  camerasOut(stays, { personId: me, sinceMs: ms(since), nowMs: ms(now) }).map(({ own }) => own);

test('one’s own removal stays to be taken back, another’s is read for a while', () => {
  expect(seen([out(10, me, 20)], 0, 600)).toEqual([true]);
  expect(seen([out(10, other, 20)], 0, 40)).toEqual([false]);
  expect(seen([out(10, other, 20)], 0, 60)).toEqual([]);
});

test('what was before one looked, and what is in again, is no news', () => {
  expect(seen([out(10, me, 20)], 30, 40)).toEqual([]);
  expect(seen([out(10, other, 20), gate(11)], 0, 25)).toEqual([]);
});

test('people who left are none of it', () => {
  const left = { cameraId: '', personId: other, status: ParticipantStatus.LEFT, endedById: me };
  expect(seen([gate(10, { ...left, leftAt: at(20) })], 0, 21)).toEqual([]);
});
