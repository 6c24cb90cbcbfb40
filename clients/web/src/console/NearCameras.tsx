// The cameras nearest to a place; one plays where it stands when it is asked to.
import { useMemo, useState } from 'react';

import type { Camera } from '../gen/muster/v1/camera_pb';
import { StreamState } from '../gen/muster/v1/live_pb';
import type { Point } from '../gen/muster/v1/types_pb';
import { streamStateText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { metresBetween } from '../map/city';
import { useEntity } from '../picture/hooks';
import { LargeIcon } from '../ui/LargeIcon';
import { VideoTile } from '../ui/VideoTile';
import { distanceText } from '../ui/distance_text';
import { useEntities } from '../picture/derived';
import { useDesk } from './desk_context';
import { CameraMark } from './marks';

const shown = 4;

export function NearCameras({ at }: { at: Point }) {
  const { t } = useText();
  const cameras = useEntities('camera', 'cameras');
  const [playing, setPlaying] = useState<readonly string[]>([]);
  const near = useMemo(
    () =>
      cameras
        .map((camera) => ({ camera, metres: camera.at ? metresBetween(camera.at, at) : Infinity }))
        .sort((a, b) => a.metres - b.metres)
        .slice(0, shown),
    [cameras, at],
  );
  const toggle = (id: string) =>
    setPlaying((ids) => (ids.includes(id) ? ids.filter((it) => it !== id) : [...ids, id]));
  return (
    <section aria-labelledby="near-cameras-title">
      <h3 id="near-cameras-title">{t('console.cameras.near')}</h3>
      {near.length === 0 && <p className="muted">{t('console.cameras.none')}</p>}
      <ul className="near-cameras">
        {near.map(({ camera, metres }) => (
          <NearCamera
            key={camera.id}
            camera={camera}
            metres={metres}
            playing={playing.includes(camera.id)}
            onToggle={() => toggle(camera.id)}
          />
        ))}
      </ul>
    </section>
  );
}

interface RowProps {
  camera: Camera;
  metres: number;
  playing: boolean;
  onToggle: () => void;
}

function NearCamera({ camera, metres, playing, onToggle }: RowProps) {
  const { t } = useText();
  const { openCamera } = useDesk();
  const health = useEntity('streamHealth', camera.mainStreamId);
  return (
    <li>
      <span className="row">
        <button
          type="button"
          className="near-camera grow"
          aria-expanded={playing}
          onClick={onToggle}
        >
          <CameraMark state={health?.state} />
          <span className="cut">{camera.name}</span>
          <span className="muted num">{distanceText(metres, t)}</span>
          <span className="muted cut">
            {t(streamStateText[health?.state ?? StreamState.UNSPECIFIED])}
          </span>
        </button>
        <button
          type="button"
          className="quiet-button"
          onClick={() => openCamera(camera.id)}
          aria-label={t('console.cameras.large', { name: camera.name })}
          title={t('console.cameras.large', { name: camera.name })}
        >
          <LargeIcon />
        </button>
      </span>
      {playing && <VideoTile cameraId={camera.id} />}
    </li>
  );
}
