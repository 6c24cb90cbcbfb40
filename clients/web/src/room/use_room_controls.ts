// What the commands on rooms do, the same on every page that has them.
import { useState } from 'react';

import type { RoomControls } from '../commands/room_commands';
import type { Incident } from '../gen/muster/v1/incident_pb';
import { incidentTypeText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { useApp } from '../ui/app_context';
import type { RoomDialog } from './RoomDialogs';
import type { RoomNav } from './room_nav';
import { titleThatFits } from './room_title';
import { useOwnName } from './use_own_name';

export interface RoomDesk {
  controls: RoomControls;
  dialog: RoomDialog;
  closeDialog: () => void;
}

export function useRoomControls(nav: RoomNav, showKeys: () => void): RoomDesk {
  const { calls, acts, mirror } = useApp();
  const { t } = useText();
  const own = useOwnName();
  const [dialog, setDialog] = useState<RoomDialog>();
  const running = () => calls.current.get();
  const controls: RoomControls = {
    open(incident: Incident) {
      const what = incident.place || t(incidentTypeText[incident.type]);
      const title = titleThatFits(t('room.title_of', { number: incident.number, what }));
      void acts.openRoom(title, { incidentId: incident.id }).then(({ id }) => nav.toRoom(id, true));
    },
    join: (roomId) => nav.toRoom(roomId, true),
    toRooms: nav.toRooms,
    toCall() {
      const call = running();
      if (call) nav.toRoom(call.state.get().roomId, false);
    },
    toggleMicrophone() {
      const call = running();
      const state = call?.state.get();
      if (!call || !state) return;
      if (state.microphone.phase === 'on') call.setMuted(!state.muted);
      else void call.openDevices();
    },
    toggleCamera() {
      const call = running();
      const state = call?.state.get();
      if (!call || !state) return;
      if (state.camera.phase === 'on') call.setCameraOff(true);
      else if (state.cameraOff) call.setCameraOff(false);
      else void call.openDevices();
    },
    addCamera: () => setDialog('camera'),
    devices: () => setDialog('devices'),
    leave() {
      const call = running();
      if (!call) return;
      const incidentId = mirror.get('room', call.state.get().roomId)?.incidentId ?? '';
      void call.leave();
      if (incidentId !== '' && nav.toIncident) nav.toIncident(incidentId);
      else nav.toRooms();
    },
    close() {
      const room = mirror.get('room', running()?.state.get().roomId ?? '');
      if (!room) return;
      const others = mirror
        .ids(`participants.room/${room.id}`)
        .filter((id) => mirror.get('participant', id)?.personId !== own.id);
      // Who is alone reaches nobody else.
      if (others.length > 0) setDialog('close');
      else void acts.closeRoom(room);
    },
    back: nav.away,
    showKeys,
  };
  return { controls, dialog, closeDialog: () => setDialog(undefined) };
}
