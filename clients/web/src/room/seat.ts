// One person's seat in one room: takes it, holds it, takes it again when it was lost, and knows who ended it. Media is
// none of its business.
import { Code } from '@connectrpc/connect';

import { backoffMs } from '../base/backoff';
import { type Cancel, type Clock, every } from '../base/clock';
import { makeId } from '../base/ids';
import { isUnreachable, type Refusal } from '../base/refusal';
import { Value } from '../base/value';
import {
  type Participant,
  ParticipantStatus,
  type Room,
  RoomStatus,
} from '../gen/muster/v1/room_pb';
import type { Mirror } from '../picture/mirror';
import type { CallPhase } from './call_ports';
import type { JoinWish, RoomApi } from './room_api';

const holdEveryMs = 3_000;
/** So many turns may fail before it is said: one is a hiccup. */
const quietFailures = 1;
const leaveTries = 3;
/** So long after a click the seat may be taken from another device of the person: later it may be there by its own wish. */
const takeOverMs = 30_000;
/** The hub's tickets are good for 5 min. */
const ticketGoodMs = 240_000;

export interface SeatState {
  phase: CallPhase;
  /** Own participant, the newest that is known. */
  participant: Participant | undefined;
  refusal: Refusal | undefined;
}

export interface SeatPorts {
  clock: Clock;
  /** 0 up to 1. */
  random: () => number;
  api: RoomApi;
  mirror: Mirror;
  /** Who is logged in. */
  personId: () => string;
}

export class Seat {
  readonly state = new Value<SeatState>({
    phase: 'lobby',
    participant: undefined,
    refusal: undefined,
  });

  /** Of the last answer, until it is used. */
  private ticket: { text: string; atMs: number } | undefined;
  private joining: Promise<boolean> | undefined;
  private holding = false;
  private takeOverUntilMs = -Infinity;
  private failures = 0;
  /** Counts stays: what an answer to an older one says is not wanted any more. */
  private stay = 0;
  private cancelRetry: Cancel | undefined;
  private stopTimers: Cancel[] = [];
  private mayTryToLeave = true;
  private endPause: () => void = () => undefined;

  constructor(
    private readonly ports: SeatPorts,
    /** As it is wanted now, with the device's own state. */
    private readonly wish: () => JoinWish,
  ) {}

  /**
   * Takes the seat, with `takeOver` from another device too, which only the person itself may ask for; tries until it is
   * there or the hub says no. `mayTake` is waited for: when it says no, the seat is another window's.
   */
  async take(mayTake: Promise<boolean>, takeOver: boolean): Promise<void> {
    this.stop();
    this.takeOverUntilMs = takeOver ? this.ports.clock.steady() + takeOverMs : -Infinity;
    this.set({ phase: 'joining', participant: undefined, refusal: undefined });
    const { mirror, clock } = this.ports;
    const stay = this.stay;
    this.stopTimers = [
      mirror.watchKind('participant', (touched) => {
        const { participant } = this.state.get();
        if (participant && touched.has(participant.id)) this.followPicture();
      }),
      mirror.watch('room', this.wish().roomId, () => this.followPicture()),
      every(clock, holdEveryMs, () => void this.hold(stay)),
    ];
    const mine = await mayTake;
    if (stay !== this.stay) return;
    if (mine) await this.join();
    else this.end('elsewhere');
  }

  /** A ticket to publish that was not used yet; undefined when there is none just now. */
  async publishTicket(): Promise<string | undefined> {
    const now = this.ports.clock.steady();
    const fresh = this.ticket !== undefined && now - this.ticket.atMs < ticketGoodMs;
    if (!fresh) {
      this.ticket = undefined;
      if (isSeated(this.state.get().phase)) await this.join();
    }
    const ticket = this.ticket?.text;
    this.ticket = undefined;
    return isSeated(this.state.get().phase) ? ticket : undefined;
  }

  /** Gives the seat up, after what has to come before; answers when the hub took it, or cannot be reached for long. */
  async leave(before: Promise<void>): Promise<void> {
    const had = isSeated(this.state.get().phase);
    const { joining } = this;
    const { roomId, deviceId } = this.wish();
    this.end('left');
    // A seat that is still being asked for would be there after all.
    await Promise.all([before, joining]);
    if (!had) return;
    const request = { requestId: makeId(), roomId, deviceId };
    for (let tried = 0; tried < leaveTries && this.mayTryToLeave; tried += 1) {
      const result = await this.ports.api.leave(request);
      if (result.ok || !isUnreachable(result.refusal)) return;
      await this.pause(backoffMs(tried, this.ports.random()));
    }
  }

  /** The person comes back: the try to leave that is under way is the last. */
  stopLeaving(): void {
    this.mayTryToLeave = false;
    this.endPause();
  }

  /** The page goes away: the seat stays. */
  stop(): void {
    this.stay += 1;
    this.stopTimers.forEach((stop) => stop());
    this.stopTimers = [];
    this.cancelRetry?.();
    this.joining = undefined;
    this.ticket = undefined;
    this.failures = 0;
  }

  /** Everybody who asks while one asks gets the same answer: whether the seat is there. */
  private join(): Promise<boolean> {
    if (this.joining) return this.joining;
    const joining = this.askToJoin(this.stay).finally(() => {
      if (this.joining === joining) this.joining = undefined;
    });
    this.joining = joining;
    return joining;
  }

  private async askToJoin(stay: number): Promise<boolean> {
    this.cancelRetry?.();
    if (!(await this.isFree(stay))) return false;
    const result = await this.ports.api.join(this.wish());
    if (stay !== this.stay) return false;
    if (result.ok) {
      const { participant, publishTicket } = result.value;
      this.failures = 0;
      this.takeOverUntilMs = -Infinity;
      this.ticket = { text: publishTicket, atMs: this.ports.clock.steady() };
      this.set({ phase: 'in', participant, refusal: undefined });
      this.followPicture();
      return true;
    }
    this.refuse(result.refusal);
    return false;
  }

  // Joining takes the seat from any other device; the picture may be too late to say that the person went on there.
  private async isFree(stay: number): Promise<boolean> {
    const { api, clock, personId } = this.ports;
    if (clock.steady() < this.takeOverUntilMs) return true;
    const { roomId, deviceId } = this.wish();
    const result = await api.look(roomId);
    if (stay !== this.stay) return false;
    if (!result.ok) {
      this.refuse(result.refusal);
      return false;
    }
    const seat = result.value.participants.find((it) => it.personId === personId());
    if (!seat || seat.deviceId === deviceId) return true;
    this.obey('elsewhere', seat);
    return false;
  }

  private refuse(refusal: Refusal): void {
    if (this.mayChange(refusal)) {
      this.noAnswer(refusal);
      const delay = backoffMs(this.failures++, this.ports.random());
      this.cancelRetry = this.ports.clock.after(delay, () => void this.join());
      return;
    }
    this.end(phaseOf(refusal), refusal);
  }

  private async hold(stay: number): Promise<void> {
    const { participant, phase } = this.state.get();
    if (this.holding || !participant || !isSeated(phase) || phase === 'joining') return;
    this.holding = true;
    const result = await this.ports.api.hold(participant.id, this.wish().deviceId);
    this.holding = false;
    if (stay !== this.stay || this.state.get().participant?.id !== participant.id) return;
    if (result.ok) {
      this.failures = 0;
      if (this.state.get().phase === 'reconnecting') this.set({ phase: 'in', refusal: undefined });
    } else if (this.mayChange(result.refusal)) {
      this.failures += 1;
      if (this.failures > quietFailures) this.noAnswer(result.refusal);
    } else {
      await this.lookAgain(stay);
    }
  }

  // The seat is not ours any more, and the picture has not said why yet. Taking it again without knowing could fight
  // with the person's other device.
  private async lookAgain(stay: number): Promise<void> {
    const before = this.state.get().participant;
    const result = await this.ports.api.look(this.wish().roomId);
    if (stay !== this.stay || !before) return;
    if (!result.ok) {
      if (!this.mayChange(result.refusal)) this.end(phaseOf(result.refusal), result.refusal);
      return;
    }
    const { room, participants } = result.value;
    const now =
      participants.find(({ id }) => id === before.id) ??
      participants.find(({ personId }) => personId === before.personId);
    if (now) this.obey(endOf(room, now, this.wish().deviceId), now);
    else if (room.status === RoomStatus.CLOSED) this.obey('closed', before);
    else this.obey('lost', before);
  }

  private followPicture(): void {
    const { phase, participant } = this.state.get();
    const { roomId, deviceId } = this.wish();
    if (!participant || !isSeated(phase)) return;
    const { mirror } = this.ports;
    const seen = mirror.get('participant', participant.id);
    // The answer to JoinRoom is often newer than the picture.
    const newest = seen && seen.version > participant.version ? seen : participant;
    if (newest !== participant) this.set({ participant: newest });
    this.obey(endOf(mirror.get('room', roomId), newest, deviceId), newest);
  }

  private obey(end: End, participant: Participant): void {
    switch (end) {
      case undefined:
        return;
      case 'lost':
        // We are here still: the line was away for longer than the hub waits.
        this.set({ phase: 'reconnecting' });
        void this.join();
        return;
      case 'closed':
      case 'removed':
      case 'left':
      case 'elsewhere':
        this.end(end, undefined, participant);
        return;
    }
  }

  /** Whoever is in stays in until the hub says no to that: what a proxy says, or a hub that stumbled, is no such word. */
  private mayChange(refusal: Refusal): boolean {
    return isAway(refusal) || (this.state.get().participant !== undefined && !endsStay(refusal));
  }

  private noAnswer(refusal: Refusal): void {
    const { phase } = this.state.get();
    this.set({ phase: phase === 'joining' ? 'joining' : 'reconnecting', refusal });
  }

  private end(
    phase: CallPhase,
    refusal?: Refusal,
    participant = this.state.get().participant,
  ): void {
    this.stop();
    this.set({ phase, refusal, participant });
  }

  private set(change: Partial<SeatState>): void {
    this.state.set({ ...this.state.get(), ...change });
  }

  private pause(ms: number): Promise<void> {
    if (!this.mayTryToLeave) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.ports.clock.after(ms, resolve);
      this.endPause = () => {
        cancel();
        resolve();
      };
    });
  }
}

type End = 'closed' | 'removed' | 'left' | 'lost' | 'elsewhere' | undefined;

/** What ended a stay; undefined while it goes on. */
export function endOf(room: Room | undefined, participant: Participant, deviceId: string): End {
  if (room?.status === RoomStatus.CLOSED) return 'closed';
  switch (participant.status) {
    case ParticipantStatus.REMOVED:
      return 'removed';
    case ParticipantStatus.LEFT:
      return participant.lost ? 'lost' : 'left';
    case ParticipantStatus.JOINED:
    case ParticipantStatus.UNSPECIFIED:
      return participant.deviceId === deviceId ? undefined : 'elsewhere';
  }
}

/** There is a seat, or one is being taken. */
export function isSeated(phase: CallPhase): boolean {
  switch (phase) {
    case 'joining':
    case 'in':
    case 'reconnecting':
      return true;
    case 'lobby':
    case 'elsewhere':
    case 'removed':
    case 'closed':
    case 'left':
    case 'refused':
      return false;
  }
}

/** The hub was not there. What it says of the room itself, "full" too, is for the person to hear. */
const isAway = (refusal: Refusal): boolean =>
  isUnreachable(refusal) || refusal.status === Code.Unavailable;

const saysNo: ReadonlySet<Code> = new Set([
  Code.NotFound,
  Code.PermissionDenied,
  Code.FailedPrecondition,
  Code.InvalidArgument,
]);

/** A word of the hub about the stay or the person, and not of something between. */
const endsStay = ({ status, code }: Refusal): boolean =>
  status === Code.Unauthenticated || code === 'room.full' || (code !== '' && saysNo.has(status));

function phaseOf(refusal: Refusal): CallPhase {
  if (refusal.code === 'room.closed') return 'closed';
  if (refusal.code === 'room.removed') return 'removed';
  return 'refused';
}
