// The one call of a window: made when a room's page shows up, kept while other pages do, found again after a reload.
import type { Clock } from '../base/clock';
import type { KeyValues } from '../base/storage';
import { Value } from '../base/value';
import type { Call, Calls } from './call_ports';
import type { Wish } from './own_wish';
import { isOver, type RoomCall } from './room_call';
import { isSeated } from './seat';

const storageKey = 'muster.call';
/** So long the hub has to hear of it that one leaves, before one logs out. */
const farewellMs = 1_000;

export interface CallsPorts {
  clock: Clock;
  /** This window's, across its reloads. */
  storage: KeyValues;
  makeCall: (roomId: string, start: Wish, seatIsFree: () => Promise<void>) => RoomCall;
}

interface Kept extends Wish {
  roomId: string;
}

export class RoomCalls implements Calls {
  readonly current = new Value<Call | undefined>(undefined);
  readonly roomBeforeReload: string;
  private running: RoomCall | undefined;
  /** The last call in each room that was left. */
  private readonly left = new Map<string, RoomCall>();
  private kept: Kept | undefined;
  private stopKeeping: () => void = () => undefined;

  constructor(private readonly ports: CallsPorts) {
    this.kept = readKept(ports.storage.get(storageKey));
    this.roomBeforeReload = this.kept?.roomId ?? '';
  }

  open(roomId: string): Call {
    const { running } = this;
    if (running?.roomId === roomId && running.state.get().phase !== 'left') return running;
    if (running) void this.end(running);
    return this.start(roomId);
  }

  /** Goes on in the room that this window was in before its reload. */
  resume(): void {
    if (this.kept && !this.running) void this.start(this.kept.roomId).resume();
  }

  private start(roomId: string): RoomCall {
    const wish = this.kept?.roomId === roomId ? this.kept : { muted: false, cameraOff: false };
    const { muted, cameraOff } = wish;
    const call = this.ports.makeCall(roomId, { muted, cameraOff }, () => this.seatIsFree(roomId));
    this.stopKeeping = call.state.subscribe(() => this.keep(call));
    this.run(call);
    return call;
  }

  /** Whether a reload would interrupt somebody. */
  isBusy(): boolean {
    const phase = this.running?.state.get().phase;
    return phase !== undefined && !isOver(phase);
  }

  async leave(): Promise<void> {
    const left = this.running?.leave();
    if (!left) return;
    const patience = new Promise<void>((end) => this.ports.clock.after(farewellMs, end));
    await Promise.race([left, patience]);
  }

  closeAll(): void {
    this.stopKeeping();
    this.running?.dispose();
    this.run(undefined);
  }

  /** Nobody is logged in any more: there is nothing to come back to. */
  forget(): void {
    this.closeAll();
    this.store(undefined);
  }

  private async end(call: RoomCall): Promise<void> {
    this.stopKeeping();
    this.store(undefined);
    this.left.set(call.roomId, call);
    await call.leave();
  }

  /** A leave that is still under way would end the stay that comes after it. */
  private async seatIsFree(roomId: string): Promise<void> {
    const before = this.left.get(roomId);
    await before?.stopLeaving();
    if (this.left.get(roomId) === before) this.left.delete(roomId);
  }

  private keep(call: RoomCall): void {
    if (this.running !== call) return;
    const { phase } = call.state.get();
    if (isSeated(phase)) this.store({ roomId: call.roomId, ...call.ownWish });
    else if (phase !== 'lobby') this.store(undefined);
    if (phase !== 'left') return;
    this.left.set(call.roomId, call);
    this.run(undefined);
  }

  private run(call: RoomCall | undefined): void {
    this.running = call;
    this.current.set(call);
  }

  private store(kept: Kept | undefined): void {
    this.kept = kept;
    this.ports.storage.set(storageKey, kept && JSON.stringify(kept));
  }
}

function readKept(text: string | undefined): Kept | undefined {
  try {
    const { roomId, muted, cameraOff } = JSON.parse(text ?? '{}') as Partial<Kept>;
    if (typeof roomId !== 'string' || roomId === '') return undefined;
    return { roomId, muted: muted === true, cameraOff: cameraOff === true };
  } catch {
    return undefined; // Written by another build.
  }
}
