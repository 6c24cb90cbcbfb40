// Puts a camera of the city into the room: the nearest to the incident first, or found by name.
import { Modal } from '@mantine/core';
import { type SyntheticEvent, useMemo, useState } from 'react';

import { distanceM } from '../base/geo';
import type { Camera } from '../gen/muster/v1/camera_pb';
import type { Room } from '../gen/muster/v1/room_pb';
import { useText } from '../i18n/text';
import { useEntities } from '../picture/derived';
import { useEntity } from '../picture/hooks';
import { useApp } from '../ui/app_context';
import { distanceText } from '../ui/distance_text';

interface Props {
  room: Room;
  open: boolean;
  onClose: () => void;
}

export function CameraDialog({ room, open, onClose }: Props) {
  const { t } = useText();
  return (
    <Modal
      opened={open}
      onClose={onClose}
      title={t('room.camera.title')}
      closeButtonProps={{ 'aria-label': t('console.keys.close') }}
    >
      <CameraList room={room} onClose={onClose} />
    </Modal>
  );
}

interface Row {
  camera: Camera;
  metres: number | undefined;
}

function CameraList({ room, onClose }: { room: Room; onClose: () => void }) {
  const { acts } = useApp();
  const { t } = useText();
  const [wanted, setWanted] = useState('');
  const cameras = useEntities('camera', 'cameras');
  const participants = useEntities('participant', `participants.room/${room.id}`);
  const at = useEntity('incident', room.incidentId)?.at;
  const rows = useMemo(() => nearestFirst(cameras, at), [cameras, at]);
  const found = rows.filter(({ camera }) => isWanted(camera, wanted));
  const isIn = ({ id }: Camera) => participants.some(({ cameraId }) => cameraId === id);
  const add = (camera: Camera | undefined) => {
    if (!camera || isIn(camera)) return;
    void acts.addRoomCamera(room.id, camera);
    onClose();
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    add(found.find(({ camera }) => !isIn(camera))?.camera);
  };
  return (
    <form className="camera-choice" onSubmit={submit}>
      <input
        className="line-input"
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
        placeholder={t('room.camera.find')}
        aria-label={t('room.camera.find')}
        autoComplete="off"
        data-autofocus
      />
      {found.length === 0 && <p className="muted">{t('room.camera.none')}</p>}
      <ul>
        {found.map(({ camera, metres }) => (
          <li key={camera.id}>
            <button
              type="button"
              disabled={isIn(camera)}
              title={isIn(camera) ? t('room.camera.is_in') : undefined}
              onClick={() => add(camera)}
            >
              <span className="grow cut">{camera.name}</span>
              {isIn(camera) && <span className="muted">{t('room.camera.is_in')}</span>}
              {metres !== undefined && <span className="muted num">{distanceText(metres, t)}</span>}
            </button>
          </li>
        ))}
      </ul>
    </form>
  );
}

/** Farther than anything on Earth: what has no place comes last. */
const farM = 1e9;

function nearestFirst(cameras: readonly Camera[], at: Camera['at']): Row[] {
  const rows = cameras.map((camera) => ({
    camera,
    metres: at && camera.at ? distanceM(at, camera.at) : undefined,
  }));
  return rows.sort((a, b) => (a.metres ?? farM) - (b.metres ?? farM));
}

const isWanted = ({ name }: Camera, wanted: string) =>
  name.toLocaleLowerCase().includes(wanted.trim().toLocaleLowerCase());
