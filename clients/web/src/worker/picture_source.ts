// Owns the ONE picture stream of a browser: subscribes, applies, proves, resumes, and tells the windows.
// A picture that does not match its heartbeat is thrown away and asked for again from the start.
import { Code, ConnectError } from '@connectrpc/connect';

import { backoffMs } from '../base/backoff';
import type { Cancel, Clock } from '../base/clock';
import { type Refusal, refusalOf } from '../base/refusal';
import { toMs } from '../base/time';
import type { Frame, Heartbeat } from '../gen/muster/v1/picture_pb';
import type { Kind } from '../picture/kinds';
import { silenceLimitMs } from '../picture/silence';
import type { OpenFrames, Subscription } from './hub_frames';
import type { Beat, Port, Proof, ToWindow, ToWorker } from './protocol';
import { View } from './view';

type WindowPort = Port<ToWindow, ToWorker>;
type Wanted = Omit<Subscription, 'resumeToken'>;

/** Longer than a snapshot takes on a good line; on a bad one, something is better than nothing. */
const holdPartsMs = 1_000;

const noToken = new Uint8Array();

const sameKinds = (a: readonly Kind[], b: readonly Kind[]): boolean =>
  a.length === b.length && a.every((kind) => b.includes(kind));

const proofOf = ({ sequence, count, liveCount, digest }: Heartbeat): Proof => ({
  sequence,
  count: count + liveCount,
  digest: digest.toString(16).padStart(16, '0'),
});

export interface SourcePorts {
  clock: Clock;
  /** 0 up to 1. */
  random: () => number;
  openFrames: OpenFrames;
  /** Comes when the window that holds this lock is gone. */
  windowEnd: (lock: string) => Promise<void>;
}

export class PictureSource {
  /** With the kinds that each asked for. */
  private readonly windows = new Map<WindowPort, readonly Kind[]>();
  private readonly view = new View();
  private wanted: Wanted | undefined;
  private resumeToken: Uint8Array = noToken;
  /** Parts of a frame that was cut by size, shown together unless the rest takes too long to come. */
  private parts: Frame[] = [];
  private firstPartMs = 0;
  private newsMs = 0;
  private beat: Beat | undefined;
  private hasPicture = false;
  private failures = 0;
  private mismatches = 0;
  private abort: AbortController | undefined;
  private cancelTimer: Cancel | undefined;

  constructor(private readonly outside: SourcePorts) {}

  attach(port: WindowPort): void {
    this.windows.set(port, []);
    port.onMessage((message) => this.heard(port, message));
  }

  private heard(port: WindowPort, message: ToWorker): void {
    switch (message.type) {
      case 'open':
        this.open(port, message);
        return;
      case 'close':
        if (this.wanted?.token === message.token) this.stop();
        return;
      case 'life':
        void this.outside.windowEnd(message.lock).then(() => this.windows.delete(port));
        return;
    }
  }

  private open(port: WindowPort, asked: Wanted): void {
    const { wanted } = this;
    this.windows.set(port, asked.kinds);
    if (wanted?.token !== asked.token) {
      this.start(asked);
      return;
    }
    if (this.hasPicture) this.show(port);
    const kinds = asked.kinds.length === 0 ? [] : this.kindsOfAll();
    if (!sameKinds(kinds, wanted.kinds)) this.askFor({ ...wanted, kinds });
  }

  /** Who has asked for nothing yet needs nothing. */
  private kindsOfAll(): Kind[] {
    return [...new Set([...this.windows.values()].flat())];
  }

  /** Other kinds of the same picture: what is known stays until the new one is there. */
  private askFor(wanted: Wanted): void {
    this.disconnect();
    this.wanted = wanted;
    this.resumeToken = noToken;
    this.connect();
  }

  /** For a window that comes later: all that the others know. */
  private show(port: WindowPort): void {
    port.post({ type: 'update', update: this.view.whole() });
    const ageMs = this.outside.clock.steady() - this.newsMs;
    port.post({ type: 'news', ageMs, beat: this.beat });
  }

  private start({ token, clientClass, kinds }: Wanted): void {
    this.stop();
    this.wanted = { token, clientClass, kinds };
    this.failures = 0;
    this.forget();
    this.connect();
  }

  private stop(): void {
    this.wanted = undefined;
    this.disconnect();
  }

  private connect(): void {
    const wanted = this.wanted;
    if (!wanted) return;
    const abort = new AbortController();
    this.abort = abort;
    this.parts = [];
    this.watchForSilence();
    void this.read(wanted, abort.signal);
  }

  private disconnect(): void {
    this.abort?.abort();
    this.abort = undefined;
    this.cancelTimer?.();
  }

  private async read(wanted: Wanted, signal: AbortSignal): Promise<void> {
    let refusal = refusalOf(new ConnectError('the stream ended', Code.Unavailable));
    try {
      const subscription = { ...wanted, resumeToken: this.resumeToken };
      for await (const frame of this.outside.openFrames(subscription, signal)) {
        if (signal.aborted) return;
        this.take(frame);
      }
    } catch (thrown) {
      refusal = refusalOf(thrown);
    }
    if (signal.aborted) return;
    this.disconnect();
    if (refusal.status === Code.Unauthenticated) this.giveUp(wanted.token);
    else this.retryLater(refusal);
  }

  private giveUp(token: string): void {
    this.stop();
    this.tell({ type: 'unauthenticated', token });
  }

  private retryLater(refusal: Refusal): void {
    this.tell({ type: 'lost', refusal });
    // A token that the hub cannot read is no reason to ask with it forever.
    if (refusal.status === Code.InvalidArgument) this.resumeToken = noToken;
    const delay = backoffMs(this.failures++, this.outside.random());
    this.cancelTimer = this.outside.clock.after(delay, () => this.connect());
  }

  private watchForSilence(): void {
    this.cancelTimer?.();
    const limit = this.wanted ? silenceLimitMs(this.wanted.clientClass) : 0;
    this.cancelTimer = this.outside.clock.after(limit, () => {
      this.disconnect();
      this.retryLater(refusalOf(new ConnectError('no heartbeat', Code.DeadlineExceeded)));
    });
  }

  private take(frame: Frame): void {
    this.watchForSilence();
    const now = this.outside.clock.steady();
    if (this.parts.length === 0) this.firstPartMs = now;
    this.parts.push(frame);
    // In a part of a frame it says what time it is and proves nothing: behind, but not cut off.
    if (frame.more && frame.heartbeat && this.hasPicture) this.noteNews(frame.heartbeat, false);
    if (frame.more && now - this.firstPartMs < holdPartsMs) return;
    const update = this.view.apply(this.parts);
    this.parts = [];
    this.failures = 0;
    this.hasPicture ||= update.reset;
    if (frame.resumeToken.length > 0) this.resumeToken = frame.resumeToken;
    if (update.reset || update.upserts.length > 0 || update.removals.length > 0) {
      this.tell({ type: 'update', update });
    }
    if (frame.more) {
      this.noteNews(undefined, false);
      return;
    }
    const proven = frame.heartbeat !== undefined && this.view.proves(frame.heartbeat);
    this.noteNews(frame.heartbeat, proven);
    if (proven) this.mismatches = 0;
    else if (frame.heartbeat) this.beginAnew();
  }

  private noteNews(heartbeat: Heartbeat | undefined, proven: boolean): void {
    this.newsMs = this.outside.clock.steady();
    const serverMs = toMs(heartbeat?.serverTime);
    if (heartbeat && serverMs !== undefined) {
      const clockOffsetMs = this.outside.clock.now() - serverMs;
      const proof = proven ? proofOf(heartbeat) : undefined;
      this.beat = { build: heartbeat.build, clockOffsetMs, proof };
    }
    this.tell({ type: 'news', ageMs: 0, beat: this.beat });
  }

  private beginAnew(): void {
    console.warn('The picture does not match its heartbeat; it is asked for again.');
    this.disconnect();
    this.resumeToken = noToken;
    const delay = backoffMs(this.mismatches++, this.outside.random());
    this.cancelTimer = this.outside.clock.after(delay, () => this.connect());
  }

  private forget(): void {
    this.view.clear();
    this.resumeToken = noToken;
    this.hasPicture = false;
    this.tell({ type: 'update', update: this.view.whole() });
  }

  private tell(message: ToWindow): void {
    for (const port of this.windows.keys()) port.post(message);
  }
}
