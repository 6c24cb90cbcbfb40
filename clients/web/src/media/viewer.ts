// Keeps one stream on the screen: opens sessions until one works, opens another when it breaks, and knows
// how old the newest frame is. No React, no <video>: a Screen tells it of frames. A person's stream has sound too, and
// may have nothing else, or be shown nowhere: there it counts what comes instead.
import { backoffMs } from '../base/backoff';
import { type Cancel, type Clock, every } from '../base/clock';
import { Value } from '../base/value';
import type { Source, SourceOf, Trouble, ViewerState } from './ports';
import { type LinkSample, loudness, missedShare, readStats } from './link_stats';
import { RtcSession, type SessionPorts } from './rtc_session';
import { whepPlan } from './whep';

const lookEveryMs = 250;
/** A frame that is older than this is not live any more. */
const stalledAfterMs = 2_000;
/** Frames that come are never further apart. */
const flowingWithinMs = 500;
/** How often it is counted what comes of a person: also how late one sees that somebody speaks. */
const countEveryMs = 500;
/** How often a viewer without a node looks whether one came. */
const nodeLookMs = 250;
/** Frames flow to the node and not to here: the session is dead although nothing says so. */
const deadAfterMs = 6_000;

export interface ViewerPorts extends SessionPorts {
  clock: Clock;
  /** 0 up to 1. */
  random: () => number;
  source: SourceOf;
  /** A hidden page presents no frames, which says nothing about the stream. */
  pageVisible: () => boolean;
}

export interface ViewerOptions {
  /** A person's: its sound too. */
  sound?: boolean;
}

export class Viewer {
  readonly state = new Value<ViewerState>({ phase: 'connecting' });
  /** A new one with every session. */
  readonly stream = new Value<MediaStream | undefined>(undefined);
  /** Of a person; a new one with every session. */
  readonly sound = new Value<MediaStream | undefined>(undefined);

  private session: RtcSession | undefined;
  private sample: LinkSample | undefined;
  private missed: number | undefined;
  private loud = 0;
  private lastFrameMs: number | undefined;
  /** Since when a frame is owed: the session's connection, the last frame or the page's return. */
  private owedSinceMs = 0;
  private failures = 0;
  /** The picture said that the node is away, and not yet that it is back. */
  private nodeAway = false;
  private cancelRetry: Cancel | undefined;
  private readonly stopLooking: Cancel;
  private readonly stopCounting: Cancel | undefined;

  constructor(
    readonly streamId: string,
    private readonly ports: ViewerPorts,
    private readonly options: ViewerOptions = {},
  ) {
    this.stopLooking = every(ports.clock, lookEveryMs, () => this.look());
    if (options.sound)
      this.stopCounting = every(ports.clock, countEveryMs, () => void this.count());
    this.connect();
  }

  /** Age of the newest frame that a screen presented; undefined before the first. */
  frameAgeMs(): number | undefined {
    return this.lastFrameMs === undefined
      ? undefined
      : this.ports.clock.steady() - this.lastFrameMs;
  }

  /** A screen presented a frame. Without a session it is the shadow of one that is over. */
  noteFrame(): void {
    if (!isUp(this.state.get().phase)) return;
    this.lastFrameMs = this.ports.clock.steady();
    this.noteMedia();
  }

  /** How loud its sound is just now, 0 to 1. */
  level(): number {
    const receivers = this.session?.peer.getReceivers() ?? [];
    const sound = receivers.find(({ track }) => track.kind === 'audio');
    // The newest packet's own word, where it brings one (RFC 6464).
    return sound?.getSynchronizationSources()[0]?.audioLevel ?? this.loud;
  }

  /** Share of its packets that did not come just now; undefined when none were due. */
  missedShare(): number | undefined {
    return this.missed;
  }

  /** Somebody asks for another try, now. */
  retry(): void {
    if (this.state.get().phase === 'closed') return;
    this.failures = 0;
    this.connect();
  }

  /** `over`: the hub has ended the session already. Answers when the node was told. */
  close(over = false): Promise<void> {
    this.stopLooking();
    this.stopCounting?.();
    const told = this.drop(over);
    this.state.set({ phase: 'closed' });
    return told;
  }

  private connect(over = false): void {
    void this.drop(over);
    this.nodeAway = false;
    this.state.set({ phase: 'connecting' });
    const plan = whepPlan(this.streamId, this.options.sound === true, {
      picture: (stream) => this.stream.set(stream),
      sound: (stream) => this.sound.set(stream),
    });
    this.session = new RtcSession(plan, this.ports, {
      connected: () => this.connected(),
      lost: (trouble, final) => this.lost(trouble, final),
    });
    this.session.start();
  }

  private connected(): void {
    this.owedSinceMs = this.ports.clock.steady();
    if (this.state.get().phase === 'connecting') this.state.set({ phase: 'waiting' });
  }

  private lost(trouble: Trouble, final: boolean): void {
    void this.drop();
    this.state.set({ phase: 'failed', trouble, final });
    if (final) return;
    const delay = backoffMs(this.failures++, this.ports.random());
    this.cancelRetry = this.ports.clock.after(delay, () => this.connectToNode());
  }

  /** As long as the picture says that no node is there, nobody has to be asked. */
  private connectToNode(): void {
    if (this.ports.source(this.streamId) !== 'no_node') {
      this.connect();
      return;
    }
    this.cancelRetry = this.ports.clock.after(nodeLookMs, () => this.connectToNode());
  }

  private drop(over = false): Promise<void> {
    this.cancelRetry?.();
    // A session went with its node or its camera; only where both are there, it has to be told.
    const source = this.ports.source(this.streamId);
    const told = this.session?.close(!over && source !== 'no_node' && source !== 'gone');
    this.session = undefined;
    this.sample = this.missed = undefined;
    this.loud = 0;
    return told ?? Promise.resolve();
  }

  private noteMedia(): void {
    this.owedSinceMs = this.ports.clock.steady();
    this.failures = 0;
    if (this.state.get().phase !== 'playing') this.state.set({ phase: 'playing' });
  }

  private async count(): Promise<void> {
    const session = this.session;
    if (!session || !isUp(this.state.get().phase)) return;
    const report = await session.peer.getStats().catch(() => undefined);
    if (!report || session !== this.session || !isUp(this.state.get().phase)) return;
    const before = this.sample;
    this.sample = readStats(report);
    this.missed = before && missedShare(before, this.sample);
    this.loud = before ? loudness(before, this.sample) : 0;
    if (this.sample.receivedBytes > (before?.receivedBytes ?? 0)) this.noteMedia();
  }

  private look(): void {
    if (this.lostItsNode()) {
      this.connect(true);
      return;
    }
    const { phase } = this.state.get();
    if (!isUp(phase)) return;
    if (!this.options.sound && !this.ports.pageVisible()) {
      this.owedSinceMs = this.ports.clock.steady();
      return;
    }
    const silentMs = this.ports.clock.steady() - this.owedSinceMs;
    const source = this.ports.source(this.streamId);
    if (silentMs > stalledAfterMs) this.quieten(phase, source);
    if (silentMs > patienceMs(source)) this.lost({ kind: 'network' }, false);
  }

  /** Nothing came for a while. Of a person who is muted and shows nothing, that is as it should be. */
  private quieten(phase: ViewerState['phase'], source: Source): void {
    const wanted = this.options.sound && source === 'silent' ? 'waiting' : 'stalled';
    if (phase === 'playing' || (phase !== wanted && this.options.sound))
      this.state.set({ phase: wanted });
  }

  /** The node went and is back: what it had is gone with it, unless only its line to the hub broke and frames come. */
  private lostItsNode(): boolean {
    const wasAway = this.nodeAway;
    this.nodeAway = this.ports.source(this.streamId) === 'no_node';
    if (!wasAway || this.nodeAway) return false;
    const state = this.state.get();
    if (state.phase === 'failed') return !state.final;
    if (state.phase === 'connecting') return true;
    if (!isUp(state.phase)) return false;
    if (!this.options.sound) return (this.frameAgeMs() ?? Infinity) > flowingWithinMs;
    void this.doubt();
    return false;
  }

  /** Another session, unless something comes right now. */
  private async doubt(): Promise<void> {
    await this.count();
    const { session, sample } = this;
    this.ports.clock.after(flowingWithinMs, () => {
      void this.count().then(() => {
        const came = (this.sample?.receivedBytes ?? 0) > (sample?.receivedBytes ?? 0);
        if (session && session === this.session && !came) this.connect(true);
      });
    });
  }
}

/** There is a session, so that what a screen shows is of it. */
export const isUp = (phase: ViewerState['phase']): boolean =>
  phase === 'waiting' || phase === 'playing' || phase === 'stalled';

function patienceMs(source: Source): number {
  switch (source) {
    case 'flowing':
      return deadAfterMs;
    case 'no_node':
      return stalledAfterMs;
    case 'silent':
    case 'gone':
      return Infinity;
  }
}
