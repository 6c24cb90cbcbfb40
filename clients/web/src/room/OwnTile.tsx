// Oneself: the mirror, and how one comes across to the others.
import { useEffect, useRef } from 'react';

import { useValue } from '../base/value';
import { type TextKey, useText, type Words } from '../i18n/text';
import { useEntity } from '../picture/hooks';
import type { Call, CallState, Quality } from './call_ports';
import { ChairMark, MutedMark, SpeakingMark } from './marks';
import { useNoNode } from './Notices';
import { initialsOf } from './person_words';

interface Props {
  call: Call;
  state: CallState;
  name: string;
  chair: boolean;
}

export function OwnTile({ call, state, name, chair }: Props) {
  const words = useText();
  const speaking = useValue(call.ownSpeaking) && !state.muted;
  const noNode = useNoNode(useEntity('participant', state.participantId)?.streamId ?? '');
  const pictured = state.camera.phase === 'on' && !state.cameraOff;
  return (
    <figure
      className={`tile person own ${speaking ? 'speaking' : ''}`}
      aria-label={words.t('room.tile.own')}
    >
      <Mirror call={call} />
      {!pictured && (
        <div className="tile-cover calm">
          <span className="initials" aria-hidden="true">
            {initialsOf(name)}
          </span>
          <span>{words.t(ownCoverText(state))}</span>
        </div>
      )}
      <figcaption className="tile-foot">
        <strong className="own-name grow">
          <span className="cut">{name}</span> <span>{words.t('room.you_mark')}</span>
        </strong>
        {chair && <ChairMark />}
        {state.muted || state.microphone.phase !== 'on' ? (
          <MutedMark />
        ) : (
          <SpeakingMark speaking={call.ownSpeaking} />
        )}
        {noNode ? (
          <span className="late">{words.t('room.tile.no_node')}</span>
        ) : (
          <OwnConnection state={state} words={words} />
        )}
      </figcaption>
    </figure>
  );
}

/** A camera that failed was not switched off by anybody. */
const ownCoverText = ({ camera, cameraOff }: CallState): TextKey =>
  camera.phase === 'failed' && !cameraOff ? 'room.tile.own_failed' : 'room.tile.camera_off';

/** One's own picture, as in a mirror. */
export function Mirror({ call }: { call: Call }) {
  const { t } = useText();
  const stream = useValue(call.ownPicture);
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element) return undefined;
    element.srcObject = stream ?? null;
    return () => {
      element.srcObject = null;
    };
  }, [stream]);
  return (
    <video
      ref={video}
      className="mirror"
      muted
      playsInline
      autoPlay
      aria-label={t('room.tile.mirror')}
    />
  );
}

const qualityText: Record<Quality, TextKey> = {
  unknown: 'room.quality.unknown',
  good: 'room.quality.good',
  weak: 'room.quality.weak',
  bad: 'room.quality.bad',
  none: 'room.quality.none',
};

function OwnConnection({ state, words: { t } }: { state: CallState; words: Words }) {
  switch (state.sending) {
    case 'nothing':
      return <span className="person-mark">{t('room.sending.nothing')}</span>;
    case 'connecting':
      return <span className="person-mark">{t('room.sending.connecting')}</span>;
    case 'broken':
      return <span className="late">{t('room.sending.broken')}</span>;
    case 'on':
      return (
        <span className={isPoor(state.quality) ? 'late' : 'person-mark'}>
          {t(qualityText[state.quality])}
        </span>
      );
  }
}

const isPoor = (quality: Quality) => quality === 'weak' || quality === 'bad' || quality === 'none';
