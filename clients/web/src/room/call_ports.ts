// What a call in a room looks like to the screens that show it. RoomCall (room_call.ts) is the engine behind it.
import type { Value } from '../base/value';
import type { Refusal } from '../base/refusal';
import type { Viewer } from '../media/viewer';

/** Why a device gives nothing. */
export type DeviceTrouble =
  /** The person or a policy said no; the browser will not ask again by itself. */
  | 'denied'
  /** There is none. */
  | 'missing'
  /** Another program has it. */
  | 'busy'
  /** The page is not secure, or the browser has no WebRTC: getUserMedia does not exist. */
  | 'unsupported'
  | 'other';

export type DeviceState =
  /** Not asked for yet, or not wanted. */
  | { phase: 'off' }
  /** The browser's question is on the screen. */
  | { phase: 'asking' }
  | { phase: 'on'; label: string }
  | { phase: 'failed'; trouble: DeviceTrouble };

export type CallPhase =
  /** Looking at oneself before joining: devices only. */
  | 'lobby'
  | 'joining'
  /** In the room; media may still be connecting (see `sending`). */
  | 'in'
  /** The hub does not answer; what runs goes on, and it is tried again. */
  | 'reconnecting'
  /** The same person joined from another device or window. */
  | 'elsewhere'
  | 'removed'
  | 'closed'
  | 'left'
  /** The hub said no, and asking again by itself would not help. */
  | 'refused';

/** The connection that carries one's own picture and sound. */
export type Sending =
  /** No device gives anything: one watches and listens. */
  | 'nothing'
  | 'connecting'
  | 'on'
  /** Broken; it is tried again by itself. */
  | 'broken';

/** In words on the screen: good, weak (loss or delay that others notice), bad (breaks up), none. */
export type Quality = 'unknown' | 'good' | 'weak' | 'bad' | 'none';

export interface CallState {
  phase: CallPhase;
  roomId: string;
  /** Own participant; '' before joining. */
  participantId: string;
  refusal?: Refusal;
  microphone: DeviceState;
  camera: DeviceState;
  muted: boolean;
  cameraOff: boolean;
  sending: Sending;
  quality: Quality;
  /** The browser plays no sound before a click: show a button that calls playSound(). */
  soundBlocked: boolean;
}

/** Another participant's picture and sound, or a camera's. */
export interface RemoteMedia {
  participantId: string;
  streamId: string;
  viewer: Viewer;
  /** Somebody's voice is in it just now. */
  speaking: Value<boolean>;
}

export interface Call {
  readonly state: Value<CallState>;
  /** One's own picture, for the mirror tile; undefined without a camera. */
  readonly ownPicture: Value<MediaStream | undefined>;
  /** 0 to 1, of one's own microphone, for the level meter of the device check. */
  readonly ownLevel: Value<number>;
  /** One's own voice is in it just now. */
  readonly ownSpeaking: Value<boolean>;
  /** Of everybody else who is JOINED, cameras included, in the order of joining. */
  readonly others: Value<readonly RemoteMedia[]>;

  /** Asks the browser for devices; choose one by its deviceId. */
  openDevices(microphoneId?: string, cameraId?: string): Promise<void>;
  devices(): Promise<MediaDeviceInfo[]>;
  /**
   * Goes in. From 'removed', 'closed', 'elsewhere' and 'refused' it goes in again, with the devices that were on; 'left'
   * is the end of a call: open() makes another.
   */
  join(): Promise<void>;
  leave(): Promise<void>;
  setMuted(muted: boolean): void;
  setCameraOff(off: boolean): void;
  /** A click happened: start what the browser held back. */
  playSound(): void;
  /** Takes the call over from another window or device. */
  takeOver(): Promise<void>;
  /** The page goes away: frees devices, keeps the seat so that a reload finds it. */
  dispose(): void;
}

/** One call a page; `app.calls` makes it. A second open() of another room leaves the first. */
export interface Calls {
  /** The running call; undefined when there is none. */
  readonly current: Value<Call | undefined>;
  /**
   * The room page of this room shows up: the call that runs in it or was ended by others, or a new one in its lobby.
   * Whoever turns away from a lobby calls leave() on it.
   */
  open(roomId: string): Call;
  /** The room that this window was in before it was reloaded; '' for none. Its call goes on by itself, on any page. */
  readonly roomBeforeReload: string;
  /** Before one logs out: leaves the room, and waits a moment for the hub to hear of it. */
  leave(): Promise<void>;
  /** Logged out, or the page goes away. */
  closeAll(): void;
}
