import { expect, test, vi } from 'vitest';

import { incident, room, uuid } from '../base/testing/entities';
import { type Incident, IncidentStatus } from '../gen/muster/v1/incident_pb';
import { Role } from '../gen/muster/v1/types_pb';
import type { Acts } from '../outbox/acts';
import type { CallPhase, DeviceState } from '../room/call_ports';
import { roomControls } from '../room/testing_page';
import { Commands, runCommand, type Scene } from './command';
import { deskRoomCommands, roomCommands } from './room_commands';

const acts = {} as unknown as Acts;
const off: DeviceState = { phase: 'off' };

const scene = (change: Partial<Scene> = {}): Scene => ({
  role: Role.COMMANDER,
  openOrders: [],
  ...change,
});
const call = (phase: CallPhase, microphone: DeviceState = off) => ({
  roomId: uuid(1),
  phase,
  microphone,
  camera: off,
});
const of = (status: IncidentStatus) =>
  incident({ id: uuid(2), number: 'F2104', status }).value as Incident;
const idsIn = (commands: Commands, it: Scene) => commands.availableIn(it).map(({ id }) => id);

test('an incident’s room is opened once, and joined when it is open', () => {
  const controls = roomControls();
  const commands = new Commands(deskRoomCommands(controls, () => true));
  const [open, join] = [commands.forKeys('o'), commands.forKeys('r')];
  if (!open || !join) throw new Error('keys without a command');
  const fresh = scene({ incident: of(IncidentStatus.ACTIVE), openRooms: [] });
  expect(join.available(fresh)).toBe(false);
  expect(runCommand(open, fresh, acts)).toBe(true);
  expect(controls.open).toHaveBeenCalledWith(fresh.incident);

  const rooms = [room({ id: uuid(1), title: 'Flood' }).value];
  const opened = scene({ incident: of(IncidentStatus.ACTIVE), openRooms: rooms });
  expect(open.disabled(opened)).toEqual({ key: 'disabled.room_open', args: { title: 'Flood' } });
  expect(runCommand(join, opened, acts)).toBe(true);
  expect(controls.join).toHaveBeenCalledWith(uuid(1));
});

test('a closed incident has no new room, and a partner none at all', () => {
  const commands = new Commands(deskRoomCommands(roomControls(), () => true));
  const closed = scene({ incident: of(IncidentStatus.CLOSED), openRooms: [] });
  expect(commands.get('room.open')?.disabled(closed)).toEqual({ key: 'disabled.closed' });
  expect(idsIn(commands, scene({ ...closed, role: Role.PARTNER }))).toEqual([]);
});

test('the call’s own keys work on other pages only while there is a call', () => {
  const idle = vi.fn(() => true);
  const commands = new Commands(deskRoomCommands(roomControls(), idle));
  expect(idsIn(commands, scene())).toEqual(['room.all']);
  expect(idsIn(commands, scene({ call: call('lobby') }))).toEqual(['room.all']);
  expect(idsIn(commands, scene({ call: call('reconnecting') }))).toEqual([
    'room.back',
    'room.all',
    'room.microphone',
  ]);
  idle.mockReturnValue(false);
  expect(idsIn(commands, scene({ call: call('in') }))).toEqual([]);
});

test('closing is offered to the chair, and what the page cannot do is said', () => {
  const commands = roomCommands(roomControls());
  expect(idsIn(commands, scene({ call: call('in') }))).not.toContain('room.close');
  expect(idsIn(commands, scene({ call: call('in'), chairs: true }))).toContain('room.close');
  const microphone = commands.forKeys('m');
  const why = (state: DeviceState) => microphone?.disabled(scene({ call: call('in', state) }))?.key;
  expect(why(off)).toBeUndefined();
  expect(why({ phase: 'asking' })).toBe('disabled.browser_asks');
  expect(why({ phase: 'failed', trouble: 'denied' })).toBeUndefined();
  expect(why({ phase: 'failed', trouble: 'unsupported' })).toBe('disabled.no_devices');
});
