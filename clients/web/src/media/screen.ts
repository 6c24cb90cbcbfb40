// One <video> for one viewer: puts each session's stream into it and keeps it covered until a frame of that
// very stream was presented. Attached by an effect, detached by its cleanup.
import type { Cancel } from '../base/clock';
import { Value } from '../base/value';
import type { Viewer } from './viewer';

export class Screen {
  /** Whether what the element shows must not be seen: nothing of this stream was presented yet. */
  readonly covered = new Value(true);

  attach(video: HTMLVideoElement, viewer: Viewer): Cancel {
    let stopWatching: Cancel = () => undefined;
    const follow = () => {
      stopWatching();
      const stream = viewer.stream.get();
      this.covered.set(true);
      video.srcObject = stream ?? null;
      if (!stream) return;
      stopWatching = watchFrames(video, () => {
        viewer.noteFrame();
        this.covered.set(false);
      });
      // Muted video may start by itself; a page that forbids even that shows it as "waiting".
      video.play().catch(() => undefined);
    };
    const stopFollowing = viewer.stream.subscribe(follow);
    follow();
    return () => {
      stopFollowing();
      stopWatching();
      video.srcObject = null;
      this.covered.set(true);
    };
  }
}

/** Calls for every frame that the element presented. */
function watchFrames(video: HTMLVideoElement, presented: () => void): Cancel {
  if (!('requestVideoFrameCallback' in video)) return watchClock(video, presented);
  let handle = video.requestVideoFrameCallback(next);
  function next() {
    handle = video.requestVideoFrameCallback(next);
    presented();
  }
  return () => video.cancelVideoFrameCallback(handle);
}

// Browsers without the callback: the element's clock moves only while frames come.
function watchClock(video: HTMLVideoElement, presented: () => void): Cancel {
  video.addEventListener('timeupdate', presented);
  return () => video.removeEventListener('timeupdate', presented);
}
