// Keeps one stream on the screen: opens sessions until one works, opens another when it breaks, and knows
// how old the newest frame is. No React, no <video>: a Screen tells it of frames.
import { backoffMs } from '../base/backoff';
import { type Cancel, type Clock, every } from '../base/clock';
import { Value } from '../base/value';
import type { Source, SourceOf, Trouble, ViewerState } from './ports';
import { type SessionPorts, WhepSession } from './whep_session';

const lookEveryMs = 250;
/** A frame that is older than this is not live any more. */
const stalledAfterMs = 2_000;
/** Frames that come are never further apart. */
const flowingWithinMs = 500;
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

export class Viewer {
  readonly state = new Value<ViewerState>({ phase: 'connecting' });
  /** A new one with every session. */
  readonly stream = new Value<MediaStream | undefined>(undefined);

  private session: WhepSession | undefined;
  private lastFrameMs: number | undefined;
  /** Since when a frame is owed: the session's connection, the last frame or the page's return. */
  private owedSinceMs = 0;
  private failures = 0;
  /** The picture said that the node is away, and not yet that it is back. */
  private nodeAway = false;
  private cancelRetry: Cancel | undefined;
  private readonly stopLooking: Cancel;

  constructor(
    readonly streamId: string,
    private readonly ports: ViewerPorts,
  ) {
    this.stopLooking = every(ports.clock, lookEveryMs, () => this.look());
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
    const { phase } = this.state.get();
    if (!isUp(phase)) return;
    this.lastFrameMs = this.ports.clock.steady();
    this.owedSinceMs = this.lastFrameMs;
    this.failures = 0;
    if (phase !== 'playing') this.state.set({ phase: 'playing' });
  }

  /** Somebody asks for another try, now. */
  retry(): void {
    if (this.state.get().phase === 'closed') return;
    this.failures = 0;
    this.connect();
  }

  close(): void {
    this.stopLooking();
    this.drop();
    this.state.set({ phase: 'closed' });
  }

  private connect(): void {
    this.drop();
    this.nodeAway = false;
    this.state.set({ phase: 'connecting' });
    this.session = new WhepSession(this.streamId, this.ports, {
      track: (stream) => this.stream.set(stream),
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
    this.drop();
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

  private drop(): void {
    this.cancelRetry?.();
    // A session went with its node or its camera; only where both are there, it has to be told.
    const source = this.ports.source(this.streamId);
    this.session?.close(source !== 'no_node' && source !== 'gone');
    this.session = undefined;
  }

  private look(): void {
    if (this.lostItsNode()) {
      this.connect();
      return;
    }
    const { phase } = this.state.get();
    if (!isUp(phase)) return;
    if (!this.ports.pageVisible()) {
      this.owedSinceMs = this.ports.clock.steady();
      return;
    }
    const silentMs = this.ports.clock.steady() - this.owedSinceMs;
    if (phase === 'playing' && silentMs > stalledAfterMs) this.state.set({ phase: 'stalled' });
    if (silentMs > patienceMs(this.ports.source(this.streamId)))
      this.lost({ kind: 'network' }, false);
  }

  /** The node went and is back: what it had is gone with it, unless only its line to the hub broke and frames come. */
  private lostItsNode(): boolean {
    const wasAway = this.nodeAway;
    this.nodeAway = this.ports.source(this.streamId) === 'no_node';
    if (!wasAway || this.nodeAway) return false;
    const state = this.state.get();
    if (state.phase === 'failed') return !state.final;
    if (state.phase === 'connecting') return true;
    return isUp(state.phase) && (this.frameAgeMs() ?? Infinity) > flowingWithinMs;
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
