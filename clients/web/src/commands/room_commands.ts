// Rooms and the call that one is in. The console has those of an incident; a room's page has keys of its own.
import { type Incident, IncidentStatus } from '../gen/muster/v1/incident_pb';
import { Role } from '../gen/muster/v1/types_pb';
import type { Text } from '../i18n/text';
import type { CallPhase } from '../room/call_ports';
import { type Command, Commands, type Scene } from './command';

/** What the commands on rooms do; a page gives it. */
export interface RoomControls {
  open: (incident: Incident) => void;
  /** Goes to the room, and in. */
  join: (roomId: string) => void;
  toRooms: () => void;
  /** To the page of the room that one is in. */
  toCall: () => void;
  toggleMicrophone: () => void;
  toggleCamera: () => void;
  addCamera: () => void;
  devices: () => void;
  leave: () => void;
  close: () => void;
  /** Away from the page; the call goes on. */
  back: () => void;
  showKeys: () => void;
}

/** Part of the room: others see that one is in. */
export const isInside = (phase: CallPhase | undefined): boolean =>
  phase === 'in' || phase === 'reconnecting';

const inCall = ({ call }: Scene) => isInside(call?.phase);
const seesRooms = ({ role }: Scene) => role !== Role.PARTNER && role !== Role.UNSPECIFIED;
const never = () => undefined;

const notToOpen = ({ incident, openRooms = [] }: Scene): Text | undefined => {
  if (incident?.status === IncidentStatus.CLOSED) return { key: 'disabled.closed' };
  const [room] = openRooms;
  return room && { key: 'disabled.room_open', args: { title: room.title } };
};

const noDevice =
  (device: 'microphone' | 'camera') =>
  ({ call }: Scene): Text | undefined => {
    const state = call?.[device];
    if (state?.phase === 'asking') return { key: 'disabled.browser_asks' };
    const unsupported = state?.phase === 'failed' && state.trouble === 'unsupported';
    return unsupported ? { key: 'disabled.no_devices' } : undefined;
  };

/** The console's: of the chosen incident, and of the call while another page is looked at. */
export const deskRoomCommands = (rooms: RoomControls, idle: () => boolean): Command[] => [
  {
    id: 'room.open',
    keys: 'o',
    label: 'command.room.open',
    available: (scene) => scene.incident !== undefined && seesRooms(scene) && idle(),
    disabled: notToOpen,
    run: ({ incident }) => {
      if (incident) rooms.open(incident);
    },
  },
  {
    id: 'room.join',
    keys: 'r',
    label: 'command.room.join',
    available: (scene) => (scene.openRooms ?? []).length > 0 && seesRooms(scene) && idle(),
    disabled: never,
    run: ({ openRooms: [room] = [] }) => {
      if (room) rooms.join(room.id);
    },
  },
  {
    id: 'room.back',
    keys: 'shift+c',
    label: 'command.room.back',
    available: (scene) => inCall(scene) && idle(),
    disabled: never,
    run: () => rooms.toCall(),
  },
  toRooms(rooms, (scene) => seesRooms(scene) && idle()),
  microphone(rooms, (scene) => inCall(scene) && idle()),
];

/** All of a room's page. */
export const roomCommands = (rooms: RoomControls): Commands =>
  new Commands([
    microphone(rooms, inCall),
    {
      id: 'room.camera',
      keys: 'c',
      label: 'command.room.camera',
      available: inCall,
      disabled: noDevice('camera'),
      run: () => rooms.toggleCamera(),
    },
    {
      id: 'room.add_camera',
      keys: 'a',
      label: 'command.room.add_camera',
      available: inCall,
      disabled: never,
      run: () => rooms.addCamera(),
    },
    {
      id: 'room.devices',
      keys: 'd',
      label: 'command.room.devices',
      available: inCall,
      disabled: never,
      run: () => rooms.devices(),
    },
    {
      id: 'room.leave',
      keys: 'shift+l',
      label: 'command.room.leave',
      available: inCall,
      disabled: never,
      run: () => rooms.leave(),
    },
    {
      id: 'room.close',
      label: 'command.room.close',
      available: (scene) => inCall(scene) && scene.chairs === true,
      disabled: never,
      run: () => rooms.close(),
    },
    toRooms(rooms, seesRooms),
    {
      id: 'console.back',
      keys: 'escape',
      label: 'command.room.away',
      available: () => true,
      disabled: never,
      run: () => rooms.back(),
    },
    {
      id: 'console.keys',
      keys: '?',
      label: 'console.command.keys',
      available: () => true,
      disabled: never,
      run: () => rooms.showKeys(),
    },
  ]);

function microphone(rooms: RoomControls, available: Command['available']): Command {
  return {
    id: 'room.microphone',
    keys: 'm',
    label: 'command.room.microphone',
    available,
    disabled: noDevice('microphone'),
    run: () => rooms.toggleMicrophone(),
  };
}

function toRooms(rooms: RoomControls, available: Command['available']): Command {
  return {
    id: 'room.all',
    keys: 'shift+r',
    label: 'command.room.all',
    available,
    disabled: never,
    run: () => rooms.toRooms(),
  };
}
