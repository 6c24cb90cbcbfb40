// How one wants to be seen and heard, and that the hub knows it: here it holds at once, the hub hears of it when it can
// be reached. One act at a time is on its way, so that what was wished last wins however often one changes one's mind.
import type { Cancel, Clock } from '../base/clock';
import { every } from '../base/clock';
import { Value } from '../base/value';
import { type Participant, ParticipantStatus } from '../gen/muster/v1/room_pb';
import type { Acts } from '../outbox/acts';
import type { Submitted } from '../outbox/outbox';

/** After an act, the picture follows within this; only then a difference means something. */
const settleMs = 3_000;

export interface WishPorts {
  clock: Clock;
  acts: Pick<Acts, 'muteParticipant' | 'setParticipantCamera'>;
  /** Takes an act back that was refused since its stay is over. */
  dismiss: (requestId: string) => Promise<void>;
}

export interface Wish {
  muted: boolean;
  cameraOff: boolean;
}

export class OwnWish {
  /** What holds here: muted by oneself or by the chair. */
  readonly holds: Value<Wish>;
  private own: Wish;
  private participant: Participant | undefined;
  /** The person asked to be heard although the chair said no. */
  private wantsUnmute = false;
  private sending = false;
  /** The hub refused this one: the same again would be refused again. */
  private refused: Wish | undefined;
  private settledAtMs = -Infinity;
  private readonly stopLooking: Cancel;

  constructor(
    private readonly ports: WishPorts,
    start: Wish,
  ) {
    this.own = start;
    this.holds = new Value(start);
    this.stopLooking = every(ports.clock, settleMs, () => this.agree());
  }

  /** One's own, whatever the chair said. */
  get wish(): Wish {
    return this.own;
  }

  setMuted(muted: boolean): void {
    this.own = { ...this.own, muted };
    this.wantsUnmute = !muted && this.isMutedByOther();
    this.settledAtMs = -Infinity;
    this.update();
    this.agree();
  }

  setCameraOff(cameraOff: boolean): void {
    this.own = { ...this.own, cameraOff };
    this.settledAtMs = -Infinity;
    this.update();
    this.agree();
  }

  /** What the hub says of one's own participant; undefined while there is none. */
  follow(participant: Participant | undefined): void {
    if (participant === this.participant) return;
    if (participant?.id !== this.participant?.id) this.wantsUnmute = false;
    this.participant = participant;
    this.update();
    this.agree();
  }

  close(): void {
    this.stopLooking();
  }

  private update(): void {
    const muted = this.own.muted || this.isMutedByOther();
    const { cameraOff } = this.own;
    const before = this.holds.get();
    if (before.muted !== muted || before.cameraOff !== cameraOff)
      this.holds.set({ muted, cameraOff });
  }

  private isMutedByOther(): boolean {
    const it = this.participant;
    return it !== undefined && it.muted && it.mutedById !== it.personId;
  }

  private agree(): void {
    const it = this.participant;
    if (!it || it.status !== ParticipantStatus.JOINED || this.sending) return;
    if (this.refused === this.own) return;
    if (this.ports.clock.steady() - this.settledAtMs < settleMs) return;
    const muted = this.wantedMute(it);
    const { acts } = this.ports;
    if (muted !== undefined) void this.send(() => acts.muteParticipant(it, muted));
    else if (it.cameraOff !== this.own.cameraOff)
      void this.send(() => acts.setParticipantCamera(it, this.own.cameraOff));
  }

  /** Undefined when the hub knows. Nobody's microphone is opened by another. */
  private wantedMute(it: Participant): boolean | undefined {
    if (this.own.muted) return it.muted ? undefined : true;
    return it.muted && (!this.isMutedByOther() || this.wantsUnmute) ? false : undefined;
  }

  private async send(act: () => Promise<Submitted>): Promise<void> {
    this.sending = true;
    const wished = this.own;
    const submitted = await act().catch(() => undefined);
    if (!submitted) {
      // This browser stores nothing: it is tried again as if the picture had not followed.
      this.sending = false;
      this.settledAtMs = this.ports.clock.steady();
      return;
    }
    const { requestId, outcome } = submitted;
    const result = await outcome;
    this.sending = false;
    // Whoever is not in any more reads enough about that.
    const over = this.participant?.status !== ParticipantStatus.JOINED;
    if (!result.sent && over) await this.ports.dismiss(requestId);
    this.wantsUnmute &&= !result.sent;
    this.refused = result.sent || over ? undefined : wished;
    this.settledAtMs = wished === this.own ? this.ports.clock.steady() : -Infinity;
    this.agree();
  }
}
