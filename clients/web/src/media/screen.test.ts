import { describe, expect, it, vi } from 'vitest';

import { Value } from '../base/value';
import { Screen } from './screen';
import type { Viewer } from './viewer';

/** A video element that presents a frame when a test says so. */
function fakeVideo() {
  const callbacks = new Map<number, () => void>();
  let handle = 0;
  const video = {
    srcObject: null as unknown,
    play: () => Promise.resolve(),
    requestVideoFrameCallback: (run: () => void) => {
      callbacks.set(++handle, run);
      return handle;
    },
    cancelVideoFrameCallback: (old: number) => callbacks.delete(old),
  };
  const present = () => {
    const due = [...callbacks.values()];
    callbacks.clear();
    for (const run of due) run();
  };
  return { video: video as unknown as HTMLVideoElement, present };
}

function fakeViewer() {
  const stream = new Value<MediaStream | undefined>(undefined);
  const noteFrame = vi.fn();
  return { viewer: { stream, noteFrame } as unknown as Viewer, stream, noteFrame };
}

const streamNamed = (name: string) => ({ name }) as unknown as MediaStream;

describe('Screen', () => {
  it('is covered until the first frame of its own stream', () => {
    const { video, present } = fakeVideo();
    const { viewer, stream, noteFrame } = fakeViewer();
    const screen = new Screen();
    screen.attach(video, viewer);
    expect(screen.covered.get()).toBe(true);
    stream.set(streamNamed('a'));
    expect(video.srcObject).toEqual({ name: 'a' });
    expect(screen.covered.get()).toBe(true);
    present();
    present();
    expect(screen.covered.get()).toBe(false);
    expect(noteFrame).toHaveBeenCalledTimes(2);
  });

  it('is covered again by a new stream, whose frames alone count', () => {
    const { video, present } = fakeVideo();
    const { viewer, stream, noteFrame } = fakeViewer();
    const screen = new Screen();
    screen.attach(video, viewer);
    stream.set(streamNamed('a'));
    present();
    stream.set(streamNamed('b'));
    expect(screen.covered.get()).toBe(true);
    expect(video.srcObject).toEqual({ name: 'b' });
    present();
    expect(screen.covered.get()).toBe(false);
    expect(noteFrame).toHaveBeenCalledTimes(2);
  });

  it('lets go of everything when it is detached', () => {
    const { video, present } = fakeVideo();
    const { viewer, stream, noteFrame } = fakeViewer();
    const screen = new Screen();
    const detach = screen.attach(video, viewer);
    stream.set(streamNamed('a'));
    detach();
    present();
    stream.set(streamNamed('b'));
    expect(video.srcObject).toBeNull();
    expect(noteFrame).not.toHaveBeenCalled();
  });
});
