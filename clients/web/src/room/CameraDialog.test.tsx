import { fireEvent, screen } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';

import { camera, incident, room, uuid } from '../base/testing/entities';
import { MemoryValues } from '../base/testing/memory_values';
import { point } from '../base/testing/values';
import { startLanguage } from '../i18n/text';
import { CameraDialog } from './CameraDialog';
import { RoomScene, roomId, stay } from './testing_page';

let scene: RoomScene;
const onClose = vi.fn();

beforeEach(() => {
  startLanguage(new MemoryValues().windowOf());
  onClose.mockReset();
  scene = new RoomScene();
  scene.show(
    incident({ id: uuid(2), number: 'F2104', at: point(30, 123.9) }),
    camera({ id: uuid(51), name: 'A far gate', at: point(30.2, 123.9) }),
    camera({ id: uuid(52), name: 'No place' }),
    camera({ id: uuid(53), name: 'Near gate', at: point(30.001, 123.9) }),
  );
  const here = room({ id: roomId, incidentId: uuid(2) }).value;
  scene.render(<CameraDialog room={here} open onClose={onClose} />);
});

const names = () => screen.getAllByRole('listitem').map((it) => it.textContent);
const find = (text: string) => {
  const field = screen.getByRole('textbox', { name: /Find by name/ });
  fireEvent.change(field, { target: { value: text } });
  fireEvent.submit(field);
};

test('the nearest to the incident comes first, what has no place last', () => {
  expect(names()).toEqual(['Near gate110 m', 'A far gate22.2 km', 'No place']);
});

test('Enter adds the first that was found and closes', () => {
  find('gate');
  expect(scene.acts.addRoomCamera.mock.lastCall).toEqual([
    roomId,
    scene.mirror.get('camera', uuid(53)),
  ]);
  expect(onClose).toHaveBeenCalledTimes(1);
});

test('one that is in the room already is not added again', () => {
  scene.show(stay(13, { personId: '', cameraId: uuid(53), name: 'Near gate' }));
  expect(screen.getByRole<HTMLButtonElement>('button', { name: /Near gate/ }).disabled).toBe(true);
  find('near');
  expect(scene.acts.addRoomCamera).not.toHaveBeenCalled();
});

test('a name that nothing has is said to have nothing', () => {
  find('harbour');
  expect(screen.getByText('There is no camera of that name.')).toBeTruthy();
  expect(onClose).not.toHaveBeenCalled();
});
