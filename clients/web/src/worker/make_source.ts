import { systemClock } from '../base/clock';
import { hubFrames } from './hub_frames';
import { PictureSource } from './picture_source';
import { windowEnd } from './window_life';

/** The picture's source with the ports of a browser, for a worker or a page. */
export function makeSource(): PictureSource {
  return new PictureSource({
    clock: systemClock,
    random: Math.random,
    openFrames: hubFrames(location.origin),
    windowEnd,
  });
}
