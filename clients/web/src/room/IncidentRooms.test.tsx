import { fireEvent, screen } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';

import { at, incident, room, uuid } from '../base/testing/entities';
import { MemoryValues } from '../base/testing/memory_values';
import { type Incident, IncidentStatus } from '../gen/muster/v1/incident_pb';
import { RoomStatus } from '../gen/muster/v1/room_pb';
import { startLanguage } from '../i18n/text';
import { IncidentRooms } from './IncidentRooms';
import { RoomScene, roomId } from './testing_page';

let scene: RoomScene;

beforeEach(() => {
  startLanguage(new MemoryValues().windowOf());
  scene = new RoomScene();
});

test('a closed incident offers no room, and leads to who was in the one that it had', () => {
  const over = incident({ id: uuid(2), number: 'F2104', status: IncidentStatus.CLOSED });
  scene.show(
    room({
      id: roomId,
      title: 'Flood',
      incidentId: uuid(2),
      status: RoomStatus.CLOSED,
      openedAt: at(0),
      closedAt: at(60),
    }),
  );
  scene.render(<IncidentRooms incident={over.value as Incident} />);
  expect(screen.getByText('The incident is closed: no room can be opened for it.')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Who was in the room Flood' }));
  expect(scene.nav.toRoom).toHaveBeenCalledWith(roomId, false);
});
