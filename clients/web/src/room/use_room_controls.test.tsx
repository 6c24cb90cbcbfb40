// What the commands on rooms do, whoever's page they are on.
import { act } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';

import { incident, room, uuid } from '../base/testing/entities';
import { MemoryValues } from '../base/testing/memory_values';
import { settle } from '../base/testing/turnable_clock';
import type { RoomControls } from '../commands/room_commands';
import { type Incident, IncidentType } from '../gen/muster/v1/incident_pb';
import { setLanguage, startLanguage } from '../i18n/text';
import { cameraOn, FakeCall, microphoneOn } from './fake_call';
import { RoomScene, roomId, stay } from './testing_page';
import { type RoomDesk, useRoomControls } from './use_room_controls';

const storage = new MemoryValues().windowOf();
let scene: RoomScene;
let desk: RoomDesk;

beforeEach(() => {
  startLanguage(storage);
  setLanguage(storage, 'en');
  scene = new RoomScene();
  function Page() {
    desk = useRoomControls(scene.nav, vi.fn());
    return null;
  }
  scene.render(<Page />);
});

const inside = (change = {}) => scene.calls.run(new FakeCall(roomId, { phase: 'in', ...change }));
const run = (what: (controls: RoomControls) => void) =>
  act(async () => {
    what(desk.controls);
    await settle();
  });

test('a room of an incident is called after it, and led into', async () => {
  const place = '码'.repeat(80);
  const { value } = incident({ id: uuid(2), number: 'F2104', place, type: IncidentType.FIRE });
  const named = value as Incident;
  await run((it) => it.open(named));
  await run((it) => it.open({ ...named, place: '' }));
  const titles = scene.acts.openRoom.mock.calls.map(([title]: unknown[]) => title as string);
  expect(new TextEncoder().encode(titles[0]).length).toBeLessThanOrEqual(200);
  expect(titles[0]).toMatch(/^F2104 码码/);
  expect(titles[1]).toBe('F2104 Fire conference');
  expect(scene.nav.toRoom).toHaveBeenLastCalledWith(uuid(9), true);
});

test('one key opens a device, and then switches it off and on', async () => {
  const call = inside();
  await run((it) => it.toggleMicrophone());
  expect(call.asked).toEqual(['openDevices']);
  await run((it) => it.toggleMicrophone());
  await run((it) => it.toggleCamera());
  call.become({ camera: { phase: 'off' } });
  await run((it) => it.toggleCamera());
  expect(call.asked.slice(1)).toEqual(['setMuted true', 'setCameraOff true', 'setCameraOff false']);
});

test('who leaves goes back to the incident, or to the rooms where there is none', async () => {
  const call = inside({ microphone: microphoneOn, camera: cameraOn });
  await run((it) => it.leave());
  expect(call.asked).toEqual(['leave']);
  expect(scene.nav.toIncident).toHaveBeenCalledWith(uuid(2));
  scene.show(room({ id: uuid(4), title: 'Duty' }));
  scene.calls.run(new FakeCall(uuid(4), { phase: 'in' }));
  await run((it) => it.leave());
  expect(scene.nav.toRooms).toHaveBeenCalledTimes(1);
});

test('closing is asked about only where it reaches others', async () => {
  inside();
  await run((it) => it.close());
  expect(scene.acts.closeRoom).toHaveBeenCalledTimes(1);
  expect(desk.dialog).toBeUndefined();
  scene.show(stay(11));
  await run((it) => it.close());
  expect(scene.acts.closeRoom).toHaveBeenCalledTimes(1);
  expect(desk.dialog).toBe('close');
});
