// Fakes for the worker: a hub whose frames a test sends, and a window that remembers what it was told.
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';

import { type Frame, FrameSchema } from '../gen/muster/v1/picture_pb';
import type { OpenFrames, Subscription } from './hub_frames';
import type { Port, ToWindow, ToWorker } from './protocol';

type FrameInit = MessageInitShape<typeof FrameSchema>;

/** One call of Subscribe. */
export class FakeStream {
  aborted = false;
  private readonly queue: (Frame | Error | 'end')[] = [];
  private wake: (() => void) | undefined;

  constructor(
    readonly wanted: Subscription,
    signal: AbortSignal,
  ) {
    signal.addEventListener('abort', () => {
      this.aborted = true;
      this.push(new ConnectError('aborted', Code.Canceled));
    });
  }

  send(frame: FrameInit): void {
    this.push(create(FrameSchema, frame));
  }

  fail(code: Code): void {
    this.push(new ConnectError('failed', code));
  }

  end(): void {
    this.push('end');
  }

  async *frames(): AsyncIterable<Frame> {
    for (;;) {
      const next = this.queue.shift();
      if (next === undefined) await new Promise<void>((resolve) => (this.wake = resolve));
      else if (next === 'end') return;
      else if (next instanceof Error) throw next;
      else yield next;
    }
  }

  private push(next: Frame | Error | 'end'): void {
    this.queue.push(next);
    this.wake?.();
  }
}

export class FakeHub {
  readonly streams: FakeStream[] = [];

  open: OpenFrames = (wanted, signal) => {
    const stream = new FakeStream(wanted, signal);
    this.streams.push(stream);
    return stream.frames();
  };

  get last(): FakeStream {
    const stream = this.streams.at(-1);
    if (!stream) throw new Error('nothing was opened');
    return stream;
  }
}

export class FakeWindow implements Port<ToWindow, ToWorker> {
  readonly told: ToWindow[] = [];
  private listener: (message: ToWorker) => void = () => undefined;

  post(message: ToWindow): void {
    this.told.push(structuredClone(message)); // As a message port does.
  }

  onMessage(listener: (message: ToWorker) => void): void {
    this.listener = listener;
  }

  say(message: ToWorker): void {
    this.listener(message);
  }

  get updates() {
    return this.told.flatMap((message) => (message.type === 'update' ? [message.update] : []));
  }

  tellings(type: ToWindow['type']): number {
    return this.told.filter((message) => message.type === type).length;
  }
}
