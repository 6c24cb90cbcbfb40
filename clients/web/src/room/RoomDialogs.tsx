// What opens over the room.
import { Modal } from '@mantine/core';

import type { Room } from '../gen/muster/v1/room_pb';
import { useText } from '../i18n/text';
import { useApp } from '../ui/app_context';
import type { Call, CallState } from './call_ports';
import { CameraDialog } from './CameraDialog';
import { DeviceChoice } from './DeviceChoice';
import { useHeadCount } from './use_head_count';

export type RoomDialog = 'camera' | 'devices' | 'close' | undefined;

interface Props {
  room: Room;
  call: Call;
  state: CallState;
  dialog: RoomDialog;
  onClose: () => void;
}

export function RoomDialogs({ room, call, state, dialog, onClose }: Props) {
  const { t } = useText();
  const closeButtonProps = { 'aria-label': t('console.keys.close') };
  return (
    <>
      <CameraDialog room={room} open={dialog === 'camera'} onClose={onClose} />
      <Modal
        opened={dialog === 'devices'}
        onClose={onClose}
        title={t('room.device.title')}
        closeButtonProps={closeButtonProps}
      >
        <DeviceChoice call={call} state={state} />
      </Modal>
      <Modal
        opened={dialog === 'close'}
        onClose={onClose}
        title={t('room.close.title')}
        closeButtonProps={closeButtonProps}
      >
        <CloseQuestion room={room} onDone={onClose} />
      </Modal>
    </>
  );
}

/** It reaches everybody in the room and cannot be taken back: asked once, with the count. */
function CloseQuestion({ room, onDone }: { room: Room; onDone: () => void }) {
  const { acts } = useApp();
  const { t } = useText();
  const { people } = useHeadCount(room.id);
  const close = () => {
    void acts.closeRoom(room);
    onDone();
  };
  return (
    <div className="col question">
      <p>{t('room.close.question', { title: room.title, n: people })}</p>
      <div className="row wrap">
        <button type="button" className="act-button primary" data-autofocus onClick={close}>
          {t('room.close.do')}
        </button>
        <button type="button" className="quiet-button" onClick={onDone}>
          {t('room.close.not')}
        </button>
      </div>
    </div>
  );
}
