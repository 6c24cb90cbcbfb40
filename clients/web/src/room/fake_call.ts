// A call with levers, for the screens that show one: becomes whatever a test says, and remembers what was asked of it.
import { Value } from '../base/value';
import type { Viewer } from '../media/viewer';
import type { ViewerState } from '../media/ports';
import type { Call, Calls, CallState, DeviceState, RemoteMedia } from './call_ports';

export const microphoneOn: DeviceState = { phase: 'on', label: 'Desk microphone' };
export const cameraOn: DeviceState = { phase: 'on', label: 'Desk camera' };

export class FakeCall implements Call {
  readonly state: Value<CallState>;
  readonly ownPicture = new Value<MediaStream | undefined>(undefined);
  readonly ownLevel = new Value(0);
  readonly ownSpeaking = new Value(false);
  readonly others = new Value<readonly RemoteMedia[]>([]);
  /** "join", "setMuted true" ..., in order. */
  readonly asked: string[] = [];
  /** What the browser answers when it is asked for devices. */
  microphone: DeviceState = microphoneOn;
  camera: DeviceState = cameraOn;

  constructor(roomId: string, change: Partial<CallState> = {}) {
    this.state = new Value<CallState>({
      phase: 'lobby',
      roomId,
      participantId: '',
      microphone: { phase: 'off' },
      camera: { phase: 'off' },
      muted: false,
      cameraOff: false,
      sending: 'nothing',
      quality: 'unknown',
      soundBlocked: false,
      ...change,
    });
  }

  become(change: Partial<CallState>): void {
    this.state.set({ ...this.state.get(), ...change });
  }

  openDevices(microphoneId = '', cameraId = ''): Promise<void> {
    this.asked.push(`openDevices ${microphoneId} ${cameraId}`.trim());
    this.become({ microphone: this.microphone, camera: this.camera });
    return Promise.resolve();
  }

  devices(): Promise<MediaDeviceInfo[]> {
    return Promise.resolve([]);
  }

  join(): Promise<void> {
    this.asked.push('join');
    this.become({ phase: 'in', participantId: 'own', sending: 'connecting' });
    return Promise.resolve();
  }

  leave(): Promise<void> {
    this.asked.push('leave');
    this.become({ phase: 'left' });
    return Promise.resolve();
  }

  setMuted(muted: boolean): void {
    this.asked.push(`setMuted ${String(muted)}`);
    this.become({ muted });
  }

  setCameraOff(cameraOff: boolean): void {
    this.asked.push(`setCameraOff ${String(cameraOff)}`);
    this.become({ cameraOff });
  }

  playSound(): void {
    this.asked.push('playSound');
    this.become({ soundBlocked: false });
  }

  takeOver(): Promise<void> {
    this.asked.push('takeOver');
    this.become({ phase: 'in' });
    return Promise.resolve();
  }

  dispose(): void {
    this.asked.push('dispose');
  }
}

/** Makes fake calls as the engine makes real ones: one at a time, none after one was left. */
export class FakeCalls implements Calls {
  readonly current = new Value<FakeCall | undefined>(undefined) as Value<Call | undefined>;
  readonly roomBeforeReload = '';
  readonly all: FakeCall[] = [];
  /** Prepares a call that is made. */
  make = (roomId: string): FakeCall => new FakeCall(roomId);

  open(roomId: string): FakeCall {
    const running = this.all.at(-1);
    const state = running?.state.get();
    if (running && state?.roomId === roomId && state.phase !== 'left') return running;
    if (state && state.phase !== 'left') void running?.leave();
    return this.run(this.make(roomId));
  }

  /** As if one had gone in before. */
  run(call: FakeCall): FakeCall {
    this.all.push(call);
    this.current.set(call);
    call.state.subscribe(() => {
      if (call.state.get().phase === 'left' && this.current.get() === call)
        this.current.set(undefined);
    });
    return call;
  }

  async leave(): Promise<void> {
    await this.current.get()?.leave();
  }

  closeAll(): void {
    this.current.set(undefined);
  }
}

/** A viewer that shows nothing by itself. */
export class FakeViewer {
  readonly state: Value<ViewerState>;
  readonly stream = new Value<MediaStream | undefined>(undefined);
  ageMs: number | undefined;
  retried = 0;

  constructor(
    readonly streamId: string,
    phase: 'waiting' | 'playing' | 'stalled' = 'waiting',
  ) {
    this.state = new Value<ViewerState>({ phase });
  }

  frameAgeMs = () => this.ageMs;
  noteFrame = () => undefined;
  retry = () => {
    this.retried += 1;
  };
}

export interface FakeMedia extends RemoteMedia {
  speaking: Value<boolean>;
}

export const mediaOf = (participantId: string, streamId: string): FakeMedia => ({
  participantId,
  streamId,
  viewer: new FakeViewer(streamId) as unknown as Viewer,
  speaking: new Value(false),
});
