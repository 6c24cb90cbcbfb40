// A viewer's picture in a <video>: what hides it, what is said of it.
import { type RefObject, useEffect, useRef, useState } from 'react';

import { useValue } from '../base/value';
import type { StreamHealth } from '../gen/muster/v1/live_pb';
import { useText } from '../i18n/text';
import { Screen } from '../media/screen';
import { isUp, type Viewer } from '../media/viewer';
import { useEntity } from '../picture/hooks';
import { useNow } from './now';
import { type TileWords, tileWords } from './tile_words';

export interface Picture {
  video: RefObject<HTMLVideoElement | null>;
  /** What the element shows, if anything, is not of this viewer's session. */
  covered: boolean;
  said: TileWords;
  /** Frames came and then stayed away: what is seen is history, whatever else still comes. */
  old: boolean;
  health: StreamHealth | undefined;
  /** It is not tried again by itself. */
  failedForGood: boolean;
}

/** No picture of a live one is older, however slowly the page is drawn. */
const oldAfterMs = 4_000;

export function usePicture(viewer: Viewer): Picture {
  const [screen] = useState(() => new Screen());
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) return screen.attach(video.current, viewer);
    return undefined;
  }, [screen, viewer]);

  const words = useText();
  const covered = useValue(screen.covered);
  const state = useValue(viewer.state);
  const health = useEntity('streamHealth', viewer.streamId);
  useNow(); // The age of the newest frame is asked for anew every second.
  const ageMs = viewer.frameAgeMs();
  return {
    video,
    covered: covered || !isUp(state.phase),
    said: tileWords(state, ageMs, health, words),
    old: ageMs !== undefined && ageMs > oldAfterMs,
    health,
    failedForGood: state.phase === 'failed' && state.final,
  };
}
