// A camera was taken out of the room for everybody: who did it, and the way back.
import { useState } from 'react';

import type { Participant, Room } from '../gen/muster/v1/room_pb';
import { useText } from '../i18n/text';
import { useEntities } from '../picture/derived';
import { useEntity } from '../picture/hooks';
import { useApp } from '../ui/app_context';
import { useHubNow } from '../ui/hub_now';
import { type CameraOut, camerasOut } from './camera_out';
import { useOwnName } from './use_own_name';

export function CamerasOut({ room }: { room: Room }) {
  const stays = useEntities('participant', `stays.room/${room.id}`);
  const { id: personId } = useOwnName();
  const nowMs = useHubNow();
  const [sinceMs] = useState(nowMs);
  const [read, setRead] = useState<readonly string[]>([]);
  const out = camerasOut(stays, { personId, sinceMs, nowMs });
  return (
    <>
      {out
        .filter(({ stay }) => !read.includes(stay.id))
        .map((it) => (
          <Note
            key={it.stay.id}
            out={it}
            stays={stays}
            onRead={() => setRead([...read, it.stay.id])}
          />
        ))}
    </>
  );
}

interface NoteProps {
  out: CameraOut;
  stays: readonly Participant[];
  onRead: () => void;
}

function Note({ out: { stay, own }, stays, onRead }: NoteProps) {
  const { acts } = useApp();
  const { t } = useText();
  const person = useEntity('person', stay.endedById);
  const who =
    stays.find(({ personId }) => personId === stay.endedById)?.name ??
    (person?.post || person?.name || t('room.notice.admin'));
  const { cameraId: id, name } = stay;
  const putBack = () => {
    void acts.addRoomCamera(stay.roomId, { id, name });
    onRead();
  };
  return (
    <p className="late-line row">
      <span className="grow">
        {own ? t('room.camera.own_out', { name }) : t('room.camera.other_out', { who, name })}
      </span>
      <button type="button" className="quiet-button" onClick={putBack}>
        {t(own ? 'room.undo' : 'room.camera.put_back')}
      </button>
      <button
        type="button"
        className="quiet-button"
        aria-label={t('room.note_read')}
        onClick={onRead}
      >
        {'✕'}
      </button>
    </p>
  );
}
