import { Menu } from '@mantine/core';

import type { Participant, Room } from '../gen/muster/v1/room_pb';
import { useText } from '../i18n/text';
import { useEntity } from '../picture/hooks';
import { useApp } from '../ui/app_context';
import { useHubNow } from '../ui/hub_now';
import { CameraMenu } from './CameraMenu';
import { CameraSign, ChairMark, MutedMark } from './marks';
import { goneText } from './person_words';
import { useOwnName } from './use_own_name';

interface Props {
  id: string;
  room: Room;
  chairs: boolean;
  onSentOut: (participant: Participant) => void;
}

/** One of those in the room: a person with its states, or a camera. */
export function PersonRow({ id, room, chairs, onSentOut }: Props) {
  const { t } = useText();
  const participant = useEntity('participant', id);
  const own = useOwnName();
  if (!participant) return null;
  if (participant.cameraId !== '') return <CameraRow participant={participant} />;
  const self = participant.personId === own.id;
  const { name } = participant;
  return (
    <li>
      <span className="grow">{self ? t('room.you', { name }) : name}</span>
      {participant.personId === room.chairId && <ChairMark />}
      {participant.cameraOff && (
        <span className="person-mark" title={t('room.tile.camera_off')}>
          <CameraSign off />
          <span className="only-read-aloud">{t('room.tile.camera_off')}</span>
        </span>
      )}
      {participant.muted && <MutedMark />}
      <Gone id={id} />
      {chairs && !self && <ChairMenu participant={participant} onSentOut={onSentOut} />}
    </li>
  );
}

function Gone({ id }: { id: string }) {
  const words = useText();
  const state = useEntity('participantState', id);
  const text = goneText(state, words, useHubNow());
  return text === '' ? null : <span className="late num">{text}</span>;
}

interface MenuProps {
  participant: Participant;
  onSentOut: (participant: Participant) => void;
}

/** What the chair does with one person. */
function ChairMenu({ participant, onSentOut }: MenuProps) {
  const { acts } = useApp();
  const { t } = useText();
  const { name, muted } = participant;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <button type="button" className="quiet-button" aria-label={t('room.chair_menu', { name })}>
          {'⋯'}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{name}</Menu.Label>
        <Menu.Item onClick={() => void acts.muteParticipant(participant, !muted)}>
          {t(muted ? 'room.unmute' : 'room.mute')}
        </Menu.Item>
        <Menu.Item
          onClick={() => {
            void acts.removeParticipant(participant);
            onSentOut(participant);
          }}
        >
          {t('room.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function CameraRow({ participant }: { participant: Participant }) {
  return (
    <li>
      <CameraSign off={false} />
      <span className="grow">{participant.name}</span>
      <CameraMenu participant={participant} className="quiet-button" />
    </li>
  );
}
