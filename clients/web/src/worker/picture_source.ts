// Owns the ONE picture stream of a browser: subscribes, applies, proves, resumes, and tells the windows.
// A picture that does not match its heartbeat is thrown away and asked for again from the start.
import { Code, ConnectError } from '@connectrpc/connect';

import { backoffMs } from '../base/backoff';
import type { Cancel, Clock } from '../base/clock';
import { toMs } from '../base/time';
import type { Frame, Heartbeat } from '../gen/muster/v1/picture_pb';
import { silenceLimitMs } from '../picture/silence';
import type { OpenFrames, Subscription } from './hub_frames';
import type { Port, ToWindow, ToWorker } from './protocol';
import { View } from './view';

type WindowPort = Port<ToWindow, ToWorker>;
type Wanted = Omit<Subscription, 'resumeToken'>;

const noToken = new Uint8Array();

export class PictureSource {
  private readonly ports = new Set<WindowPort>();
  private readonly view = new View();
  private wanted: Wanted | undefined;
  private resumeToken: Uint8Array = noToken;
  /** Parts of a frame that was cut by size; nothing of them is applied before the last one came. */
  private parts: Frame[] = [];
  private hasPicture = false;
  private failures = 0;
  private mismatches = 0;
  private abort: AbortController | undefined;
  private cancelTimer: Cancel | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly random: () => number,
    private readonly openFrames: OpenFrames,
  ) {}

  attach(port: WindowPort): void {
    this.ports.add(port);
    port.onMessage((message) => this.heard(port, message));
  }

  /** The window is gone. */
  detach(port: WindowPort): void {
    this.ports.delete(port);
  }

  private heard(port: WindowPort, message: ToWorker): void {
    switch (message.type) {
      case 'open':
        if (this.wanted?.token !== message.token) this.start(message);
        else if (this.hasPicture) port.post({ type: 'update', update: this.view.whole() });
        return;
      case 'close':
        this.stop();
        return;
      case 'bye':
        this.detach(port);
        return;
    }
  }

  private start(wanted: Wanted): void {
    this.stop();
    this.wanted = wanted;
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
    let status: Code = Code.Unavailable; // What an end without an error amounts to.
    try {
      const subscription = { ...wanted, resumeToken: this.resumeToken };
      for await (const frame of this.openFrames(subscription, signal)) {
        if (signal.aborted) return;
        this.take(frame);
      }
    } catch (thrown) {
      status = ConnectError.from(thrown).code;
    }
    if (signal.aborted) return;
    this.disconnect();
    if (status === Code.Unauthenticated) this.giveUp(wanted.token);
    else this.retryLater(status);
  }

  private giveUp(token: string): void {
    this.stop();
    this.tell({ type: 'unauthenticated', token });
  }

  private retryLater(status?: Code): void {
    this.tell({ type: 'lost' });
    // A token that the hub cannot read is no reason to ask with it forever.
    if (status === Code.InvalidArgument) this.resumeToken = noToken;
    const delay = backoffMs(this.failures++, this.random());
    this.cancelTimer = this.clock.after(delay, () => this.connect());
  }

  private watchForSilence(): void {
    this.cancelTimer?.();
    const limit = this.wanted ? silenceLimitMs(this.wanted.clientClass) : 0;
    this.cancelTimer = this.clock.after(limit, () => {
      this.disconnect();
      this.retryLater();
    });
  }

  private take(frame: Frame): void {
    this.watchForSilence();
    this.parts.push(frame);
    if (frame.more) return;
    const update = this.view.apply(this.parts);
    this.parts = [];
    this.failures = 0;
    this.hasPicture ||= update.reset;
    if (frame.resumeToken.length > 0) this.resumeToken = frame.resumeToken;
    if (update.reset || update.upserts.length > 0 || update.removals.length > 0) {
      this.tell({ type: 'update', update });
    }
    this.tell(this.news(frame.heartbeat));
    if (frame.heartbeat) this.prove(frame.heartbeat);
  }

  private news(beat: Heartbeat | undefined): ToWindow {
    const serverMs = toMs(beat?.serverTime);
    if (!beat || serverMs === undefined) return { type: 'news' };
    const clockOffsetMs = this.clock.now() - serverMs;
    return { type: 'news', beat: { build: beat.build, clockOffsetMs } };
  }

  private prove(beat: Heartbeat): void {
    if (this.view.proves(beat)) {
      this.mismatches = 0;
      return;
    }
    console.warn('The picture does not match its heartbeat; it is asked for again.');
    this.disconnect();
    this.resumeToken = noToken;
    const delay = backoffMs(this.mismatches++, this.random());
    this.cancelTimer = this.clock.after(delay, () => this.connect());
  }

  private forget(): void {
    this.view.clear();
    this.resumeToken = noToken;
    this.hasPicture = false;
    this.tell({ type: 'update', update: this.view.whole() });
  }

  private tell(message: ToWindow): void {
    for (const port of this.ports) port.post(message);
  }
}
