// Keeps one's own picture and sound going out: opens sessions until one works and another when it breaks, each with a
// ticket of its own, and exchanges tracks without a new one. No React, no devices.
import { backoffMs } from '../base/backoff';
import { type Cancel, every } from '../base/clock';
import { Value } from '../base/value';
import type { Sending } from '../room/call_ports';
import { type LinkSample, readStats } from './link_stats';
import type { SourceOf, Trouble } from './ports';
import { RtcSession, type SessionPorts } from './rtc_session';
import { type Senders, type Tracks, whipPlan } from './whip';

const lookEveryMs = 250;
const countEveryMs = 1_000;
/** The node reports once a second, so that one which says nothing for longer is not there any more. */
const aliveWithinMs = 2_500;

export interface PublisherPorts extends SessionPorts {
  /** 0 up to 1. */
  random: () => number;
  source: SourceOf;
  /** The codecs of a picture that this browser can send. */
  codecs: () => readonly RTCRtpCodec[];
}

/** Where it may send. */
export interface Aim {
  streamId: string;
  /** A ticket that was not used yet; undefined when there is none just now. */
  ticket: () => Promise<string | undefined>;
}

export class Publisher {
  readonly state = new Value<Sending>('nothing');
  /** Why it is broken, for the log of a test or a person. */
  trouble: Trouble | undefined;

  private aim: Aim | undefined;
  private tracks: Tracks = { sound: undefined, picture: undefined };
  private session: RtcSession | undefined;
  private senders: Senders | undefined;
  private sample: LinkSample | undefined;
  private lastSignMs = 0;
  private failures = 0;
  private nodeAway = false;
  /** The node went and is back; whether it is the same one is to be seen. */
  private doubtSinceMs: number | undefined;
  private cancelRetry: Cancel | undefined;
  /** Counts tries: what an older one waited for is not wanted any more. */
  private tries = 0;
  private stopTimers: Cancel[] = [];

  constructor(private readonly ports: PublisherPorts) {}

  /** What the other end reported last. */
  get lastSample(): LinkSample | undefined {
    return this.sample;
  }

  /** Sends there from now on. The same stream again keeps what runs. */
  aimAt(aim: Aim): void {
    const same = this.aim?.streamId === aim.streamId;
    if (!same) void this.drop(true); // The stay before is over.
    this.aim = aim;
    if (same) return;
    this.stopTimers.forEach((stop) => stop());
    this.stopTimers = [
      every(this.ports.clock, lookEveryMs, () => this.look()),
      every(this.ports.clock, countEveryMs, () => void this.count()),
    ];
    this.connect();
  }

  setTracks(tracks: Tracks): void {
    this.tracks = tracks;
    if (this.senders) {
      // A sender that takes no track is one of a session that is over.
      void this.senders.sound.replaceTrack(tracks.sound ?? null).catch(() => undefined);
      void this.senders.picture.replaceTrack(tracks.picture ?? null).catch(() => undefined);
    } else if (this.state.get() === 'nothing') {
      this.connect();
    }
  }

  /** `over`: the hub has ended the session already. Answers when the node was told. */
  stop(over = false): Promise<void> {
    this.stopTimers.forEach((stop) => stop());
    this.stopTimers = [];
    const told = this.drop(over);
    this.aim = undefined;
    this.state.set('nothing');
    return told;
  }

  private connect(over = false): void {
    void this.drop(over);
    this.nodeAway = false;
    this.doubtSinceMs = undefined;
    if (!this.aim || (!this.tracks.sound && !this.tracks.picture)) {
      this.state.set('nothing');
      return;
    }
    if (this.state.get() === 'nothing') this.state.set('connecting');
    void this.open(this.aim);
  }

  private async open({ streamId, ticket }: Aim): Promise<void> {
    const attempt = this.tries;
    const bearer = await ticket();
    if (attempt !== this.tries) return;
    if (bearer === undefined) {
      this.lost({ kind: 'network' });
      return;
    }
    const plan = whipPlan({
      streamId,
      ticket: bearer,
      tracks: this.tracks,
      codecs: this.ports.codecs(),
      ready: (senders) => (this.senders = senders),
    });
    this.session = new RtcSession(plan, this.ports, {
      connected: () => this.connected(),
      lost: (trouble) => this.lost(trouble),
    });
    this.session.start();
  }

  private connected(): void {
    this.failures = 0;
    this.trouble = undefined;
    this.lastSignMs = this.ports.clock.steady();
    this.state.set('on');
  }

  // No refusal is for good here: another ticket, or the hub's word about the seat, may change it.
  private lost(trouble: Trouble): void {
    void this.drop(false);
    this.trouble = trouble;
    this.state.set('broken');
    this.retryLater(backoffMs(this.failures++, this.ports.random()));
  }

  private retryLater(delayMs: number): void {
    this.cancelRetry = this.ports.clock.after(delayMs, () => {
      // As long as the picture says that no node is there, nobody has to be asked.
      if (this.source() === 'no_node') this.retryLater(lookEveryMs);
      else this.connect();
    });
  }

  private drop(over: boolean): Promise<void> {
    this.tries += 1;
    this.cancelRetry?.();
    const source = this.source();
    const told = this.session?.close(!over && source !== 'no_node' && source !== 'gone');
    this.session = this.senders = this.sample = undefined;
    return told ?? Promise.resolve();
  }

  private async count(): Promise<void> {
    const session = this.session;
    const report = await session?.peer.getStats().catch(() => undefined);
    if (!report || session !== this.session) return;
    const before = this.sample?.signsOfLife ?? 0;
    this.sample = readStats(report);
    if (this.sample.signsOfLife > before) this.lastSignMs = this.ports.clock.steady();
  }

  private look(): void {
    const now = this.ports.clock.steady();
    const wasAway = this.nodeAway;
    this.nodeAway = this.source() === 'no_node';
    if (wasAway && !this.nodeAway) this.doubtSinceMs = now;
    if (this.doubtSinceMs === undefined) return;
    if (this.state.get() === 'on' && this.lastSignMs > this.doubtSinceMs) {
      this.doubtSinceMs = undefined; // Only the line between node and hub broke.
    } else if (this.state.get() !== 'on' || now - this.lastSignMs > aliveWithinMs) {
      this.connect(true); // With the node went what it had.
    }
  }

  private source() {
    return this.aim ? this.ports.source(this.aim.streamId) : 'silent';
  }
}
