import { screen } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';

import { participant, room, uuid } from '../base/testing/entities';
import { MemoryValues } from '../base/testing/memory_values';
import { ParticipantStatus, RoomStatus } from '../gen/muster/v1/room_pb';
import { startLanguage } from '../i18n/text';
import { RoomMark } from './RoomMark';
import { RoomScene } from './testing_page';

const incidentId = uuid(9);
const roomId = uuid(77);
let scene: RoomScene;

beforeEach(() => {
  startLanguage(new MemoryValues().windowOf());
  scene = new RoomScene();
});

test('an incident about which people talk is marked with how many', () => {
  const joined = ParticipantStatus.JOINED;
  scene.show(
    room({ id: roomId, incidentId, status: RoomStatus.OPEN }),
    participant({ id: uuid(31), roomId, personId: uuid(41), status: joined }),
    participant({ id: uuid(32), roomId, personId: uuid(42), status: joined }),
    participant({ id: uuid(33), roomId, personId: uuid(43), status: ParticipantStatus.LEFT }),
    participant({ id: uuid(34), roomId, cameraId: uuid(51), status: joined }),
  );
  scene.render(<RoomMark incidentId={incidentId} />);
  expect(screen.getByText('in conference: 2')).toBeTruthy();
});

test('a room in which nobody is marks nothing', () => {
  scene.show(room({ id: roomId, incidentId, status: RoomStatus.OPEN }));
  scene.render(<RoomMark incidentId={incidentId} />);
  expect(screen.queryByText(/in conference/)).toBeNull();
});
