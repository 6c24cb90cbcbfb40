// A hub with one room, as a call sees it: answers, feeds the picture, and does what a test makes others do.
import { Code } from '@connectrpc/connect';

import { participant, room, update } from '../base/testing/entities';
import { done, refused, type Result } from '../base/result';
import type { KeyValues } from '../base/storage';
import { MemoryValues } from '../base/testing/memory_values';
import { settle, type TurnableClock } from '../base/testing/turnable_clock';
import {
  type Participant,
  ParticipantStatus,
  type Room,
  RoomStatus,
} from '../gen/muster/v1/room_pb';
import { Devices } from '../media/devices';
import { Loudspeaker } from '../media/loudspeaker';
import { Meter } from '../media/meter';
import type { Source } from '../media/ports';
import { Publisher } from '../media/publisher';
import { ScreenLight } from '../media/screen_light';
import { FakeEars, FakeLight, FakeMedia, FakePeers, FakePlayers, FakeWhep } from '../media/testing';
import { Viewers } from '../media/viewers';
import type { Outcome } from '../outbox/act';
import type { Submitted } from '../outbox/outbox';
import { refusal } from '../outbox/testing';
import { Mirror } from '../picture/mirror';
import { RoomCalls } from './calls';
import type { Joined, JoinWish, LeaveWish, Looked, RoomApi } from './room_api';
import { RoomCall } from './room_call';

export const roomId = 'room';
export const me = 'me';

export class FakeRooms implements RoomApi {
  readonly mirror = new Mirror();
  /** Every call, in order. */
  readonly asked: string[] = [];
  readonly wishes: JoinWish[] = [];
  readonly farewells: LeaveWish[] = [];
  /** A join reaches the hub when this one is done. */
  joinHeld: Promise<void> | undefined;
  /** While it is set, a leave is under way and has not reached the hub. */
  leaveHeld = false;
  /** Stops the picture: what the hub knows is not shown any more. */
  pictureHeld = false;
  /** It is another hub by now, which knows nothing of all that. */
  forgotten = false;
  private away = false;
  private joinRefusal: ReturnType<typeof refusal> | undefined;
  private tickets = 0;
  private stays = 0;
  private room: Room = room({ id: roomId, chairId: 'chair' }).value;
  private people: Participant[] = [];

  constructor() {
    this.show();
  }

  async join(wish: JoinWish): Promise<Result<Joined>> {
    this.asked.push('join');
    this.wishes.push(wish);
    await this.joinHeld;
    return this.takeJoin(wish);
  }

  private takeJoin(wish: JoinWish): Promise<Result<Joined>> {
    if (this.away) return Promise.resolve(refused(refusal(Code.Unavailable)));
    if (this.joinRefusal) return Promise.resolve(refused(this.joinRefusal));
    const { muted, cameraOff, deviceId } = wish;
    const seat = this.own;
    const mutedById = muted ? me : '';
    if (!seat) {
      const id = `stay ${++this.stays}`;
      const streamId = `stream of ${id}`;
      this.enter({ id, personId: me, streamId, deviceId, muted, mutedById, cameraOff });
    } else if (seat.deviceId !== deviceId) {
      this.changeOwn({ deviceId });
    }
    return Promise.resolve(this.joined());
  }

  hold(participantId: string, deviceId: string): Promise<Result<void>> {
    this.asked.push('hold');
    if (this.away) return Promise.resolve(refused(refusal(Code.Unavailable)));
    const seat = this.forgotten ? undefined : this.own;
    const held = seat?.id === participantId && seat.deviceId === deviceId;
    const answer = held
      ? done(undefined)
      : refused(refusal(Code.FailedPrecondition, 'room.not_in'));
    return Promise.resolve(answer);
  }

  look(): Promise<Result<Looked>> {
    this.asked.push('look');
    if (this.forgotten) return Promise.resolve(refused(refusal(Code.NotFound, 'room.unknown')));
    if (this.away) return Promise.resolve(refused(refusal(Code.Unavailable)));
    return Promise.resolve(done({ room: this.room, participants: this.people.filter(isIn) }));
  }

  leave(wish: LeaveWish): Promise<Result<void>> {
    this.asked.push('leave');
    this.farewells.push(wish);
    if (this.leaveHeld) return new Promise((resolve) => (this.finishLeave = resolve));
    if (this.away) return Promise.resolve(refused(refusal(Code.Unavailable)));
    return Promise.resolve(this.takeLeave(wish));
  }

  /** The leave that was held reaches the hub. */
  releaseLeave(): void {
    this.leaveHeld = false;
    const wish = this.farewells.at(-1);
    if (wish) this.finishLeave(this.takeLeave(wish));
  }

  private finishLeave: (result: Result<void>) => void = () => undefined;

  private takeLeave({ deviceId }: LeaveWish): Result<void> {
    if (this.own?.deviceId !== deviceId)
      return refused(refusal(Code.FailedPrecondition, 'room.not_in'));
    this.changeOwn({ status: ParticipantStatus.LEFT });
    return done(undefined);
  }

  /** Of oneself, while one is in. */
  get own(): Participant | undefined {
    return this.people.find((it) => it.personId === me && isIn(it));
  }

  times(call: string): number {
    return this.asked.filter((it) => it === call).length;
  }

  goAway(): void {
    this.away = true;
  }

  comeBack(): void {
    this.away = false;
  }

  refuseJoin(code: Code, reason: string): void {
    this.joinRefusal = refusal(code, reason);
  }

  allowJoin(): void {
    this.joinRefusal = undefined;
  }

  enter(init: Parameters<typeof participant>[0]): void {
    this.people.push(participant({ roomId, ...init }).value);
    this.show();
  }

  changeOwn(change: Partial<Participant>): void {
    const { own } = this;
    if (own) this.change(own.id, change);
  }

  change(id: string, change: Partial<Participant>): void {
    this.people = this.people.map((it) =>
      it.id === id ? { ...it, ...change, version: it.version + 1 } : it,
    );
    this.show();
  }

  close(): void {
    this.room = { ...this.room, status: RoomStatus.CLOSED, version: this.room.version + 1 };
    this.people = this.people.map((it) =>
      isIn(it) ? { ...it, status: ParticipantStatus.LEFT, version: it.version + 1 } : it,
    );
    this.show();
  }

  releasePicture(): void {
    this.pictureHeld = false;
    this.show();
  }

  private joined(): Result<Joined> {
    const seat = this.own;
    if (!seat) throw new Error('nobody joined');
    return done({
      room: this.room,
      participant: seat,
      publishTicket: `ticket ${++this.tickets}`,
    });
  }

  private show(): void {
    if (this.pictureHeld) return;
    const people = this.people.map((value) => ({ kind: 'participant', value }) as const);
    this.mirror.apply(update({ kind: 'room', value: this.room }, ...people));
  }
}

const isIn = (it: Participant): boolean => it.status === ParticipantStatus.JOINED;

/** Takes acts, and answers them when a test says so. */
export class FakeActs {
  readonly done: string[] = [];
  readonly dismissed: string[] = [];
  /** There is no room for another one. */
  full = false;
  private readonly waiting: ((outcome: Outcome) => void)[] = [];

  muteParticipant = ({ id }: { id: string }, muted: boolean) =>
    this.take(`${muted ? 'mute' : 'unmute'} ${id}`);

  setParticipantCamera = ({ id }: { id: string }, off: boolean) =>
    this.take(`camera ${off ? 'off' : 'on'} ${id}`);

  dismiss = (requestId: string): Promise<void> => {
    this.dismissed.push(requestId);
    return Promise.resolve();
  };

  /** The hub answers what it was sent. */
  answer(outcome: Outcome = { sent: true }): void {
    for (const tell of this.waiting.splice(0)) tell(outcome);
  }

  private take(act: string): Promise<Submitted> {
    if (this.full) return Promise.reject(new DOMException('full', 'QuotaExceededError'));
    this.done.push(act);
    const outcome = new Promise<Outcome>((resolve) => this.waiting.push(resolve));
    return Promise.resolve({ requestId: `request ${this.done.length}`, outcome });
  }
}

/** A window with everything that a call needs of it. */
export class FakeWindow {
  readonly rooms: FakeRooms;
  readonly acts = new FakeActs();
  readonly media = new FakeMedia();
  readonly peers = new FakePeers();
  readonly http = new FakeWhep();
  readonly players = new FakePlayers();
  readonly ears = new FakeEars();
  readonly light = new FakeLight();
  readonly viewers: Viewers;
  /** Of every stream. */
  source: Source = 'flowing';
  deviceId = 'this device';
  copy = false;

  constructor(
    readonly clock: TurnableClock,
    rooms = new FakeRooms(),
  ) {
    this.rooms = rooms;
    this.viewers = new Viewers({ ...this.sessionPorts(), pageVisible: () => true });
  }

  call(start = { muted: false, cameraOff: false }): RoomCall {
    return this.makeCall(roomId, start);
  }

  /** Goes in with microphone and camera, connected. */
  async joined(call: RoomCall): Promise<void> {
    await call.openDevices();
    await call.join();
    await settle();
    this.peers.last.become('connected');
  }

  calls(storage: KeyValues = new MemoryValues().windowOf()): RoomCalls {
    return new RoomCalls({ clock: this.clock, storage, makeCall: this.makeCall });
  }

  private readonly makeCall = (
    id: string,
    start: { muted: boolean; cameraOff: boolean },
    seatIsFree?: () => Promise<void>,
  ): RoomCall =>
    new RoomCall(
      id,
      {
        clock: this.clock,
        random: () => 1,
        api: this.rooms,
        mirror: this.rooms.mirror,
        personId: () => me,
        viewers: this.viewers,
        acts: this.acts,
        dismiss: this.acts.dismiss,
        devices: new Devices(this.media),
        publisher: new Publisher({ ...this.sessionPorts(), codecs: () => [] }),
        loudspeaker: new Loudspeaker(this.players.make),
        light: new ScreenLight(this.light),
        makeMeter: () => new Meter(this.ears),
        makePicture: (track) => ({ of: track }) as unknown as MediaStream,
        window: this.ownWindow(),
      },
      start,
      seatIsFree,
    );

  private sessionPorts() {
    return {
      clock: this.clock,
      random: () => 1,
      http: this.http.http,
      makePeer: this.peers.make,
      source: () => this.source,
    };
  }

  private ownWindow() {
    const read = () => this.deviceId;
    const isCopy = () => Promise.resolve(this.copy);
    return {
      get deviceId() {
        return read();
      },
      isCopy,
    };
  }
}
