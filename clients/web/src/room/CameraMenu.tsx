import { Menu } from '@mantine/core';

import type { Participant } from '../gen/muster/v1/room_pb';
import { useText } from '../i18n/text';
import { useApp } from '../ui/app_context';

interface Props {
  participant: Participant;
  className: string;
}

/** What can be done with a camera in the room. It reaches everybody, so it says so before it is pressed. */
export function CameraMenu({ participant, className }: Props) {
  const { acts } = useApp();
  const { t } = useText();
  const { name } = participant;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <button type="button" className={className} aria-label={t('room.camera.menu', { name })}>
          {'⋯'}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{name}</Menu.Label>
        <Menu.Item onClick={() => void acts.removeParticipant(participant)}>
          {t('room.camera.take_out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
