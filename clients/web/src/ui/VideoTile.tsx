// One camera as one sees it: name, state in words, age. What is not live never looks live: the picture is
// covered before its own first frame and without a session, and grey once frames stay away.
import { UnstyledButton } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';

import { useValue } from '../base/value';
import { useText } from '../i18n/text';
import { Screen } from '../media/screen';
import { isUp, type Viewer } from '../media/viewer';
import { useEntity } from '../picture/hooks';
import { useApp } from './app_context';
import { useNow } from './now';
import { tileWords } from './tile_words';
import './video_tile.css';

/** Plays the camera's main stream while it is on the page. */
export function VideoTile({ cameraId }: { cameraId: string }) {
  const camera = useEntity('camera', cameraId);
  const viewer = useViewer(camera?.mainStreamId ?? '');
  const { t } = useText();
  const name = camera?.name ?? '';
  return (
    <figure className="tile" aria-label={t('tile.label', { name })}>
      {viewer ? <Picture key={viewer.streamId} viewer={viewer} name={name} /> : null}
    </figure>
  );
}

function Picture({ viewer, name }: { viewer: Viewer; name: string }) {
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
  const said = tileWords(state, viewer.frameAgeMs(), health, words);
  const failedForGood = state.phase === 'failed' && state.final;
  return (
    <>
      <video
        ref={video}
        muted
        playsInline
        autoPlay
        className={said.live ? undefined : 'old'}
        aria-label={name}
      />
      {covered || !isUp(state.phase) ? (
        <div className="tile-cover">
          <span>{said.why || said.word}</span>
          {failedForGood ? (
            <UnstyledButton className="pill" onClick={() => viewer.retry()}>
              {words.t('tile.retry')}
            </UnstyledButton>
          ) : null}
        </div>
      ) : null}
      <figcaption className="tile-foot">
        <strong className="cut grow">{name}</strong>
        <span role="status" className={said.live ? undefined : 'late'} title={said.why}>
          {said.word}
        </span>
        {said.age ? <span className="num">{said.age}</span> : null}
      </figcaption>
    </>
  );
}

/** The shared viewer of a stream for as long as the component lives; an empty id is none. */
function useViewer(streamId: string): Viewer | undefined {
  const { viewers } = useApp();
  const [taken, setTaken] = useState<Viewer>();
  useEffect(() => {
    if (streamId === '') return undefined;
    // Taking it is the attaching to an external system that effects are for.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setTaken(viewers.take(streamId));
    return () => viewers.release(streamId);
  }, [viewers, streamId]);
  return taken?.streamId === streamId ? taken : undefined;
}
