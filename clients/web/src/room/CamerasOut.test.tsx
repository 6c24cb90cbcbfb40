import { fireEvent, screen } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';

import { room, uuid } from '../base/testing/entities';
import { MemoryValues } from '../base/testing/memory_values';
import { fromMs } from '../base/time';
import { ParticipantStatus } from '../gen/muster/v1/room_pb';
import { startLanguage } from '../i18n/text';
import { CamerasOut } from './CamerasOut';
import { RoomScene, roomId, stay } from './testing_page';

let scene: RoomScene;

beforeEach(() => {
  startLanguage(new MemoryValues().windowOf());
  scene = new RoomScene();
  scene.show(stay(11));
  scene.render(<CamerasOut room={room({ id: roomId }).value} />);
});

const takenOutBy = (endedById: string) =>
  scene.show(
    stay(13, {
      personId: '',
      cameraId: uuid(50),
      name: 'Gate 1',
      status: ParticipantStatus.LEFT,
      endedById,
      leftAt: fromMs(scene.clock.now()),
    }),
  );

test('a camera that one took out can be put back', () => {
  takenOutBy(uuid(3));
  expect(screen.getByText('You took the camera Gate 1 out for everybody.')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
  const camera = { id: uuid(50), name: 'Gate 1' };
  expect(scene.acts.addRoomCamera).toHaveBeenCalledWith(roomId, camera);
  expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
});

test('the others read who took it out, and may put it back too', () => {
  takenOutBy(uuid(111));
  expect(screen.getByText('seat 11 took the camera Gate 1 out.')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Put it back' })).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Put the note away' }));
  expect(screen.queryByText(/took the camera/)).toBeNull();
});
