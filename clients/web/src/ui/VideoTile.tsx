// One camera as one sees it: name, state in words, age. What is not live never looks live: the picture is
// covered before its own first frame and without a session, and grey once frames stay away.
import { UnstyledButton } from '@mantine/core';
import { useEffect, useState } from 'react';

import { useText } from '../i18n/text';
import type { Viewer } from '../media/viewer';
import { useEntity } from '../picture/hooks';
import { useApp } from './app_context';
import { usePicture } from './use_picture';
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

/** What a viewer plays, with its name; for the inside of a tile. */
export function Picture({ viewer, name }: { viewer: Viewer; name: string }) {
  const { t } = useText();
  const { video, covered, said, failedForGood } = usePicture(viewer);
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
      {covered ? (
        <div className="tile-cover">
          <span>{said.why || said.word}</span>
          {failedForGood ? (
            <UnstyledButton className="pill" onClick={() => viewer.retry()}>
              {t('tile.retry')}
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
