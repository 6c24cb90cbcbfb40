// One of the others: picture or name, who it is, whether it speaks, is muted, or is gone.
import { UnstyledButton } from '@mantine/core';

import { useValue } from '../base/value';
import { StreamState } from '../gen/muster/v1/live_pb';
import { useText } from '../i18n/text';
import { useEntity } from '../picture/hooks';
import { useHubNow } from '../ui/hub_now';
import { usePicture } from '../ui/use_picture';
import type { RemoteMedia } from './call_ports';
import { ChairMark, MutedMark, SpeakingMark } from './marks';
import { goneText, initialsOf, noPictureText } from './person_words';

/** After the media service was away everybody is sent to again within seconds. */
const comesBackWithinMs = 20_000;

interface Props {
  media: RemoteMedia;
  chairId: string;
}

export function PersonTile({ media, chairId }: Props) {
  const words = useText();
  const participant = useEntity('participant', media.participantId);
  const live = useEntity('participantState', media.participantId);
  const { video, covered, said, old: late, health, failedForGood } = usePicture(media.viewer);
  // What was heard last is no sign of somebody who cannot be heard any more.
  const heard = health?.state !== StreamState.NO_NODE;
  const speaking = useValue(media.speaking) && heard;
  const gone = goneText(live, words, useHubNow());
  const name = participant?.name ?? words.t('room.somebody');
  const seenLately = (media.viewer.frameAgeMs() ?? Infinity) < comesBackWithinMs;
  const noPicture = covered || participant?.cameraOff === true || gone !== '';
  const old = (late || !said.live) && !noPicture;
  return (
    <figure
      className={`tile person ${speaking && gone === '' ? 'speaking' : ''}`}
      aria-label={words.t('room.tile.label', { name })}
    >
      <video
        ref={video}
        muted
        playsInline
        autoPlay
        className={old ? 'old' : undefined}
        aria-label={name}
      />
      {noPicture && (
        <div className="tile-cover calm">
          <span className="initials" aria-hidden="true">
            {initialsOf(name)}
          </span>
          <span>
            {gone === ''
              ? noPictureText(participant, health, { said, seenLately }, words)
              : words.t('room.tile.gone')}
          </span>
          {failedForGood && gone === '' && (
            <UnstyledButton className="pill" onClick={() => media.viewer.retry()}>
              {words.t('tile.retry')}
            </UnstyledButton>
          )}
        </div>
      )}
      <figcaption className="tile-foot">
        <strong className="cut grow">{name}</strong>
        {participant?.personId === chairId && <ChairMark />}
        {participant?.muted ? <MutedMark /> : heard && <SpeakingMark speaking={media.speaking} />}
        {gone !== '' && <span className="late num">{gone}</span>}
        {gone === '' && old && (
          <span className="late num">
            {said.live ? words.t('tile.stalled') : said.word} {said.age}
          </span>
        )}
      </figcaption>
    </figure>
  );
}
