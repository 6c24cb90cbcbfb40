// The bar below the room: one's own microphone and camera, what goes into the room, and the way out.
import type { ReactNode } from 'react';

import { useCommands } from '../commands/command_context';
import { runCommand } from '../commands/command';
import { useText } from '../i18n/text';
import { ActButton } from '../ui/ActButton';
import { useApp } from '../ui/app_context';
import { keysText } from '../ui/keys_text';
import type { CallState, DeviceState } from './call_ports';
import { CameraSign, MicrophoneSign } from './marks';

interface Props {
  state: CallState;
  /** Cameras of the city can be seen here, and so be put into the room. */
  cameras: boolean;
  children?: ReactNode;
}

export function RoomBar({ state, cameras, children }: Props) {
  const { t } = useText();
  const microphoneOff = state.muted || state.microphone.phase !== 'on';
  const cameraOff = state.cameraOff || state.camera.phase !== 'on';
  return (
    <footer className="room-bar" role="group" aria-label={t('room.bar')}>
      <Toggle
        command="room.microphone"
        off={microphoneOff}
        sign={<MicrophoneSign off={microphoneOff} />}
        word={t(
          state.microphone.phase === 'on'
            ? state.muted
              ? 'room.bar.unmute'
              : 'room.bar.mute'
            : deviceWord(state.microphone, 'microphone'),
        )}
      />
      {state.muted && state.microphone.phase === 'on' && (
        <span className="muted hold-space">{t('room.bar.hold_space')}</span>
      )}
      <Toggle
        command="room.camera"
        off={cameraOff}
        sign={<CameraSign off={cameraOff} />}
        word={t(
          state.cameraOff
            ? 'room.bar.camera_on'
            : state.camera.phase === 'on'
              ? 'room.bar.camera_off'
              : deviceWord(state.camera, 'camera'),
        )}
      />
      {cameras && <ActButton command="room.add_camera" />}
      <ActButton command="room.devices" />
      <span className="grow" />
      {children}
      <ActButton command="room.close" />
      <ActButton command="room.leave" className="leave" />
    </footer>
  );
}

const deviceWord = (state: DeviceState, device: 'microphone' | 'camera') =>
  state.phase === 'asking' ? 'room.device.asking' : (`room.bar.open_${device}` as const);

interface ToggleProps {
  command: string;
  off: boolean;
  sign: ReactNode;
  word: string;
}

/** A command whose button says what it would do now. */
export function Toggle({ command: id, off, sign, word }: ToggleProps) {
  const { acts } = useApp();
  const { t } = useText();
  const { commands, scene } = useCommands();
  const command = commands.get(id);
  if (!command?.available(scene)) return null;
  const why = command.disabled(scene);
  return (
    <button
      type="button"
      className={`toggle ${off ? 'off' : ''}`}
      disabled={why !== undefined}
      title={why ? t(why.key, why.args) : undefined}
      aria-keyshortcuts={command.keys}
      onClick={(event) => {
        runCommand(command, scene, acts);
        // After a click of the mouse the space bar is for talking, not for this button.
        if (event.detail > 0) event.currentTarget.blur();
      }}
    >
      {sign} {word}
      {command.keys && <kbd className="key">{keysText(command.keys)}</kbd>}
    </button>
  );
}
