// The engine of one call: puts devices, seat, publisher and the others together, and says how it goes. What each of
// them does is theirs; here is only what one of them means for another.
import { type Cancel, type Clock, every } from '../base/clock';
import { Value } from '../base/value';
import type { Devices } from '../media/devices';
import type { Loudspeaker } from '../media/loudspeaker';
import type { Meter } from '../media/meter';
import type { Publisher } from '../media/publisher';
import { QualityWord } from '../media/quality';
import type { Viewers } from '../media/viewers';
import type { ScreenLight } from '../media/screen_light';
import { VoiceGate } from '../media/voice_gate';
import type { Mirror } from '../picture/mirror';
import type { Call, CallPhase, CallState, RemoteMedia } from './call_ports';
import { Others } from './others';
import type { OwnWindow } from './own_window';
import { OwnWish, type Wish, type WishPorts } from './own_wish';
import type { RoomApi } from './room_api';
import { isSeated, Seat } from './seat';

const listenEveryMs = 100;
const judgeEveryMs = 1_000;

export interface CallPorts extends WishPorts {
  clock: Clock;
  /** 0 up to 1. */
  random: () => number;
  api: RoomApi;
  mirror: Mirror;
  /** Who is logged in. */
  personId: () => string;
  viewers: Viewers;
  devices: Devices;
  publisher: Publisher;
  loudspeaker: Loudspeaker;
  light: ScreenLight;
  makeMeter: () => Meter;
  makePicture: (track: MediaStreamTrack) => MediaStream;
  window: Pick<OwnWindow, 'deviceId' | 'isCopy'>;
}

export class RoomCall implements Call {
  readonly state: Value<CallState>;
  readonly ownPicture = new Value<MediaStream | undefined>(undefined);
  readonly ownLevel = new Value(0);
  readonly ownSpeaking = new Value(false);
  readonly others: Value<readonly RemoteMedia[]>;

  private readonly wish: OwnWish;
  private readonly seat: Seat;
  private readonly people: Others;
  private readonly meter: Meter;
  private readonly gate = new VoiceGate();
  private quality = new QualityWord();
  private readonly stops: Cancel[];
  /** Whose media runs; '' for nobody's. */
  private runningAs = '';
  /** They were let go when the call ended, so that going on asks for them again. */
  private devicesOwed = false;
  private leaving: Promise<void> | undefined;

  constructor(
    readonly roomId: string,
    private readonly ports: CallPorts,
    start: Wish,
    /** Waited for before a seat is taken: an earlier call may still be leaving it. */
    private readonly seatIsFree: () => Promise<void> = () => Promise.resolve(),
  ) {
    const { clock, devices, publisher, loudspeaker } = ports;
    this.wish = new OwnWish(ports, start);
    this.seat = new Seat(ports, () => ({
      roomId,
      deviceId: ports.window.deviceId,
      ...this.wish.wish,
    }));
    this.people = new Others(ports);
    this.others = this.people.media;
    this.meter = ports.makeMeter();
    this.state = new Value(this.read('unknown'));
    const show = () => this.show();
    this.stops = [
      this.wish.holds.subscribe(() => this.obeyWish()),
      this.seat.state.subscribe(() => this.followSeat()),
      devices.sound.subscribe(() => this.followTracks()),
      devices.picture.subscribe(() => this.followTracks()),
      devices.microphone.subscribe(show),
      devices.camera.subscribe(show),
      publisher.state.subscribe(show),
      loudspeaker.blocked.subscribe(show),
      every(clock, listenEveryMs, () => this.listen()),
      every(clock, judgeEveryMs, () => this.judge()),
    ];
  }

  async openDevices(microphoneId?: string, cameraId?: string): Promise<void> {
    const { cameraOff } = this.wish.wish;
    await this.ports.devices.open({
      camera: !cameraOff,
      ...(microphoneId === undefined ? {} : { microphoneId }),
      ...(cameraId === undefined ? {} : { cameraId }),
    });
  }

  devices(): Promise<MediaDeviceInfo[]> {
    return this.ports.devices.list();
  }

  async join(): Promise<void> {
    if (isSeated(this.seat.state.get().phase)) return;
    // One is in before the browser's question is answered.
    if (this.devicesOwed) void this.openDevices();
    this.devicesOwed = false;
    const ready = Promise.all([this.ports.window.isCopy(), this.seatIsFree()]);
    await this.seat.take(
      ready.then(() => true),
      true,
    );
  }

  /** Goes on after a reload, unless the window from which this one was copied is in the room still. */
  async resume(): Promise<void> {
    const mayTake = this.ports.window.isCopy().then((copy) => !copy);
    this.devicesOwed = true;
    const taken = this.seat.take(mayTake, false);
    if (await mayTake) {
      this.devicesOwed = false;
      void this.openDevices();
    }
    await taken;
  }

  takeOver(): Promise<void> {
    return this.join();
  }

  /** One's own, whatever the chair said. */
  get ownWish(): Wish {
    return this.wish.wish;
  }

  /** The node is told before the hub: after that it has nothing left to be told of. */
  leave(): Promise<void> {
    this.leaving ??= this.seat.leave(this.closeMedia(isOver(this.seat.state.get().phase)));
    return this.leaving;
  }

  /** The person comes back. Answers when no leave of this call can reach the hub any more. */
  async stopLeaving(): Promise<void> {
    this.seat.stopLeaving();
    await this.leaving;
  }

  setMuted(muted: boolean): void {
    this.wish.setMuted(muted);
  }

  setCameraOff(off: boolean): void {
    this.wish.setCameraOff(off);
  }

  playSound(): void {
    this.ports.loudspeaker.playAll();
    this.meter.resume();
  }

  dispose(over = false): void {
    this.stops.forEach((stop) => stop());
    this.seat.stop();
    void this.closeMedia(over);
    this.ports.devices.close();
    this.ports.light.keep(false);
    this.wish.close();
    this.meter.close();
  }

  private followSeat(): void {
    const { phase, participant } = this.seat.state.get();
    this.wish.follow(participant);
    this.ports.light.keep(isSeated(phase));
    switch (phase) {
      case 'in':
        if (participant && participant.id !== this.runningAs)
          this.openMedia(participant.id, participant.streamId);
        break;
      case 'elsewhere':
      case 'removed':
      case 'closed':
      case 'refused':
        // The hub ended them: nobody is there to be told.
        void this.closeMedia(true);
        this.letDevicesGo();
        break;
      case 'left':
        // By leave(), which has told the node before, or by another way.
        this.show();
        this.dispose(true);
        return;
      case 'lobby':
      case 'joining':
      case 'reconnecting':
        break;
    }
    this.show();
  }

  private openMedia(participantId: string, streamId: string): void {
    // With an earlier stay the hub ended what was open in it.
    if (this.runningAs !== '') void this.closeMedia(true);
    this.runningAs = participantId;
    this.quality = new QualityWord();
    this.people.follow(this.roomId, participantId);
    this.ports.publisher.aimAt({ streamId, ticket: () => this.seat.publishTicket() });
  }

  private async closeMedia(over: boolean): Promise<void> {
    this.runningAs = '';
    await Promise.all([this.people.stop(over), this.ports.publisher.stop(over)]);
  }

  private letDevicesGo(): void {
    const { devices } = this.ports;
    this.devicesOwed ||= devices.sound.get() !== undefined || devices.picture.get() !== undefined;
    devices.close();
  }

  private followTracks(): void {
    const { devices, publisher, makePicture } = this.ports;
    const sound = devices.sound.get();
    const picture = devices.picture.get();
    this.obeyMute();
    this.meter.listenTo(sound);
    publisher.setTracks({ sound, picture });
    this.ownPicture.set(picture && makePicture(picture));
    this.show();
  }

  private obeyWish(): void {
    const { devices } = this.ports;
    const { cameraOff } = this.wish.holds.get();
    const camera = devices.camera.get().phase;
    this.obeyMute();
    if (cameraOff && camera !== 'off') devices.closeCamera();
    // In the lobby, nobody is asked for a camera before openDevices().
    else if (!cameraOff && camera === 'off' && devices.microphone.get().phase !== 'off')
      void devices.openCamera();
    this.show();
  }

  /** At once, whoever else has to be told. */
  private obeyMute(): void {
    const sound = this.ports.devices.sound.get();
    if (sound) sound.enabled = !this.wish.holds.get().muted;
  }

  private listen(): void {
    const level = this.wish.holds.get().muted ? 0 : this.meter.level();
    this.ownLevel.set(shownLevel(level));
    this.ownSpeaking.set(this.gate.hear(level, this.ports.clock.steady()));
  }

  private judge(): void {
    if (this.runningAs === '') return;
    const { publisher } = this.ports;
    const sent = publisher.lastSample;
    // What one misses of everybody is one's own line; what of one alone, is theirs.
    const missed = this.people
      .viewersOfPeople()
      .map((viewer) => viewer.missedShare())
      .filter((share) => share !== undefined);
    const received = missed.length > 0 ? Math.min(...missed) : undefined;
    const quality = this.quality.look({
      broken: publisher.state.get() === 'broken' && missed.length === 0,
      roundTripMs: sent?.roundTripMs,
      lostShare: most(sent?.lostShare, received),
    });
    this.say(this.read(quality));
  }

  private show(): void {
    const { quality } = this.state.get();
    this.say(this.read(this.runningAs === '' ? 'unknown' : quality));
  }

  private say(next: CallState): void {
    const before = this.state.get();
    const keys = Object.keys({ ...before, ...next }) as (keyof CallState)[];
    if (keys.some((key) => before[key] !== next[key])) this.state.set(next);
  }

  private read(quality: CallState['quality']): CallState {
    const { devices, publisher, loudspeaker } = this.ports;
    const { phase, participant, refusal } = this.seat.state.get();
    const sends = devices.sound.get() !== undefined || devices.picture.get() !== undefined;
    return {
      phase,
      roomId: this.roomId,
      participantId: participant?.id ?? '',
      ...(refusal ? { refusal } : {}),
      microphone: devices.microphone.get(),
      camera: devices.camera.get(),
      muted: this.wish.holds.get().muted,
      cameraOff: this.wish.holds.get().cameraOff,
      sending: sends ? publisher.state.get() : 'nothing',
      quality,
      soundBlocked: loudspeaker.blocked.get(),
    };
  }
}

/** Ended for good, or by others: only a person goes on from there. */
export const isOver = (phase: CallPhase): boolean => !isSeated(phase) && phase !== 'lobby';

const most = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);

/** 60 dB on the meter: a voice fills two thirds of it. */
const shownLevel = (level: number): number =>
  level <= 0.001 ? 0 : Math.min(1, 1 + Math.log10(level) / 3);
