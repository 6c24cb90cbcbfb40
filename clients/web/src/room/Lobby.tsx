// Before the door: a look at oneself, whether one is heard, who is in. One press goes in.
import { useState } from 'react';

import type { Room } from '../gen/muster/v1/room_pb';
import { type TextKey, useText } from '../i18n/text';
import { useEntities } from '../picture/derived';
import type { Call, CallState } from './call_ports';
import { DeviceChoice } from './DeviceChoice';
import { enter, hasDevice } from './enter';
import { CameraSign, MicrophoneSign } from './marks';
import { Mirror } from './OwnTile';
import { RoomTitle } from './RoomTitle';

interface Props {
  room: Room;
  call: Call;
  state: CallState;
}

export function Lobby({ room, call, state }: Props) {
  const { t } = useText();
  const [busy, setBusy] = useState(false);
  const pictured = state.camera.phase === 'on' && !state.cameraOff;
  const failed = state.microphone.phase === 'failed' && state.camera.phase === 'failed';
  const run = (act: () => Promise<void>) => {
    setBusy(true);
    void act().finally(() => setBusy(false));
  };
  return (
    <main className="lobby">
      <header className="room-head">
        <RoomTitle room={room} />
      </header>
      <div className="lobby-body">
        <div className="tile own lobby-mirror">
          <Mirror call={call} />
          {!pictured && (
            <div className="tile-cover calm">
              <span>{t(mirrorText(state))}</span>
            </div>
          )}
        </div>
        <div className="lobby-side">
          <WhoIsIn roomId={room.id} />
          <DeviceChoice call={call} state={state} />
          {hasDevice(state) && (
            <div className="row wrap">
              <button
                type="button"
                className="quiet-button"
                aria-pressed={state.muted}
                onClick={() => call.setMuted(!state.muted)}
              >
                <MicrophoneSign off={state.muted} /> {t('room.lobby.muted')}
              </button>
              <button
                type="button"
                className="quiet-button"
                aria-pressed={state.cameraOff}
                onClick={() => call.setCameraOff(!state.cameraOff)}
              >
                <CameraSign off={state.cameraOff} /> {t('room.lobby.camera_off')}
              </button>
            </div>
          )}
          {state.microphone.phase === 'asking' && (
            <p className="late-line" role="status">
              {t('room.lobby.asking')}
            </p>
          )}
          <div className="col lobby-doors">
            {!failed && (
              <button
                type="button"
                className="act-button primary wide"
                disabled={busy}
                onClick={() => run(() => enter(call))}
              >
                {t(hasDevice(state) ? 'room.lobby.join' : 'room.lobby.join_with_devices')}
              </button>
            )}
            {!hasDevice(state) && (
              <button
                type="button"
                className={failed ? 'act-button primary wide' : 'quiet-button wide'}
                disabled={busy}
                onClick={() => run(() => call.join())}
              >
                {t('room.lobby.join_without')}
              </button>
            )}
          </div>
        </div>
      </div>
    </main>
  );
}

function mirrorText({ camera }: CallState): TextKey {
  switch (camera.phase) {
    case 'on':
      return 'room.tile.camera_off';
    case 'failed':
      return 'room.lobby.camera_failed';
    case 'off':
    case 'asking':
      return 'room.lobby.no_picture';
  }
}

function WhoIsIn({ roomId }: { roomId: string }) {
  const { t } = useText();
  const participants = useEntities('participant', `participants.room/${roomId}`);
  const names = participants.map(({ name }) => name).join(t('room.list_separator'));
  return (
    <p>
      <span className="muted">{t('room.in_now')}</span> {names === '' ? t('room.nobody_in') : names}
    </p>
  );
}
