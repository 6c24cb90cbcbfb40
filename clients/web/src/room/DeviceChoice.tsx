// Which microphone and camera, what they give, and what to do where they give nothing.
import { useEffect, useState } from 'react';

import { useValue } from '../base/value';
import { type TextKey, useText } from '../i18n/text';
import type { Call, CallState, DeviceState, DeviceTrouble } from './call_ports';

export function DeviceChoice({ call, state }: { call: Call; state: CallState }) {
  const { t } = useText();
  const devices = useDevices(call, state);
  const [microphoneId, setMicrophoneId] = useState<string>();
  const [cameraId, setCameraId] = useState<string>();
  const choose = (microphone: string | undefined, camera: string | undefined) => {
    setMicrophoneId(microphone);
    setCameraId(camera);
    void call.openDevices(microphone, camera);
  };
  const microphones = devices.filter(({ kind }) => kind === 'audioinput');
  const cameras = devices.filter(({ kind }) => kind === 'videoinput');
  return (
    <div className="devices">
      <Device
        label={t('room.device.microphone')}
        state={state.microphone}
        devices={microphones}
        onChoose={(id) => choose(id, cameraId)}
      />
      {state.microphone.phase === 'on' && <Level call={call} />}
      <Device
        label={t('room.device.camera')}
        state={state.camera}
        devices={cameras}
        onChoose={(id) => choose(microphoneId, id)}
      />
      {(state.microphone.phase === 'failed' || state.camera.phase === 'failed') && (
        <button
          type="button"
          className="quiet-button"
          onClick={() => void call.openDevices(microphoneId, cameraId)}
        >
          {t('room.device.again')}
        </button>
      )}
    </div>
  );
}

interface DeviceProps {
  label: string;
  state: DeviceState;
  devices: readonly MediaDeviceInfo[];
  onChoose: (id: string) => void;
}

function Device({ label, state, devices, onChoose }: DeviceProps) {
  const { t } = useText();
  const chosen = state.phase === 'on' ? devices.find((it) => it.label === state.label) : undefined;
  return (
    <div className="device">
      <span className="muted">{label}</span>
      {state.phase === 'on' && devices.length > 1 ? (
        <select
          className="line-input"
          aria-label={label}
          value={chosen?.deviceId ?? ''}
          onChange={(event) => onChoose(event.target.value)}
        >
          {devices.map((device, i) => (
            <option key={device.deviceId} value={device.deviceId}>
              {device.label || t('room.device.nth', { device: label, n: i + 1 })}
            </option>
          ))}
        </select>
      ) : (
        <span className="cut">{deviceWord(state, t)}</span>
      )}
      {state.phase === 'failed' && (
        <p role="alert" className="device-trouble">
          {t(troubleText[state.trouble], { device: label })}
        </p>
      )}
    </div>
  );
}

function deviceWord(state: DeviceState, t: ReturnType<typeof useText>['t']): string {
  switch (state.phase) {
    case 'off':
      return t('room.device.off');
    case 'asking':
      return t('room.device.asking');
    case 'on':
      return state.label;
    case 'failed':
      return t('room.device.none');
  }
}

const troubleText: Record<DeviceTrouble, TextKey> = {
  denied: 'room.device.denied',
  missing: 'room.device.missing',
  busy: 'room.device.busy',
  unsupported: 'room.device.unsupported',
  other: 'room.device.other',
};

/** How loud the microphone is just now. */
function Level({ call }: { call: Call }) {
  const { t } = useText();
  const level = useValue(call.ownLevel);
  return (
    <div className="level">
      <span className="muted">{t('room.device.level')}</span>
      <meter min={0} max={1} value={level} aria-label={t('room.device.level')} />
    </div>
  );
}

/** What there is to choose from; asked for again when a device opens, since only then the names are told. */
function useDevices(call: Call, { microphone, camera }: CallState): readonly MediaDeviceInfo[] {
  const [devices, setDevices] = useState<readonly MediaDeviceInfo[]>([]);
  useEffect(() => {
    let gone = false;
    const look = () =>
      void call.devices().then(
        (found) => !gone && setDevices(found),
        () => undefined, // The trouble is said where the device is.
      );
    look();
    const media = 'mediaDevices' in navigator ? navigator.mediaDevices : undefined;
    media?.addEventListener('devicechange', look);
    return () => {
      gone = true;
      media?.removeEventListener('devicechange', look);
    };
  }, [call, microphone.phase, camera.phase]);
  return devices;
}
