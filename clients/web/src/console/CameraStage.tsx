// One camera large, over the map, with its health in words.
import { useEffect, useRef } from 'react';

import { useText } from '../i18n/text';
import { useEntity } from '../picture/hooks';
import { keysText } from '../ui/keys_text';
import { VideoTile } from '../ui/VideoTile';
import { healthWords } from './camera_health';
import { useDesk } from './desk_context';
import { useHubNow } from '../ui/hub_now';
import { CameraMark } from './marks';
import { CameraPicker } from './CameraPicker';

export function CameraStage({ id }: { id: string }) {
  const words = useText();
  const { t } = words;
  const { closeCamera } = useDesk();
  const camera = useEntity('camera', id);
  const health = useEntity('streamHealth', camera?.mainStreamId ?? '');
  const nowMs = useHubNow();
  const said = healthWords(health, words, nowMs);
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => close.current?.focus(), []);
  return (
    <section
      className="camera-stage"
      aria-label={t('console.camera.label', { name: camera?.name ?? '' })}
    >
      <div className="pane-head">
        <CameraMark state={health?.state} />
        <h2 className="cut">{camera?.name ?? t('console.camera.unknown')}</h2>
        <span className="grow" />
        <CameraPicker chosen={id} />
        <button ref={close} type="button" className="quiet-button" onClick={closeCamera}>
          {t('console.camera.back')} <kbd className="key">{keysText('escape')}</kbd>
        </button>
      </div>
      {camera && <VideoTile cameraId={id} />}
      <p className="camera-health num">
        <span className={said.bad ? 'late' : 'pill'}>{said.state}</span>
        {said.why !== '' && <strong>{said.why}</strong>}
        <span className="muted">{said.facts.join(' · ')}</span>
      </p>
    </section>
  );
}
