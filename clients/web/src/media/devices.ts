// Microphone and camera of this device: asks for them, says why one gives nothing, and hands out their tracks. A camera
// that is switched off is let go, so that its light goes out; a microphone is kept, so that speaking starts at once.
import { Value } from '../base/value';
import type { DeviceState, DeviceTrouble } from '../room/call_ports';

/** The part of MediaDevices that is used. */
export type MediaPort = Pick<MediaDevices, 'getUserMedia' | 'enumerateDevices'>;

export interface Chosen {
  microphoneId: string;
  cameraId: string;
}

type Kind = 'microphone' | 'camera';

const off: DeviceState = { phase: 'off' };
const asking: DeviceState = { phase: 'asking' };

export class Devices {
  readonly microphone = new Value<DeviceState>(off);
  readonly camera = new Value<DeviceState>(off);
  readonly sound = new Value<MediaStreamTrack | undefined>(undefined);
  readonly picture = new Value<MediaStreamTrack | undefined>(undefined);
  private chosen: Chosen = { microphoneId: '', cameraId: '' };
  /** Counts what was asked for, a kind: an answer to an older question is not wanted any more. */
  private readonly asked: Record<Kind, number> = { microphone: 0, camera: 0 };

  /** Without a port: the page is not secure, or the browser has none. */
  constructor(private readonly media: MediaPort | undefined) {}

  get choice(): Chosen {
    return this.chosen;
  }

  /** Without ids: those of before, or the browser's own choice. */
  async open(wanted: { camera: boolean } & Partial<Chosen>): Promise<void> {
    this.choose(wanted);
    if (wanted.camera) await this.openBoth();
    else await this.openOne('microphone');
  }

  async openCamera(): Promise<void> {
    await this.openOne('camera');
  }

  closeCamera(): void {
    this.asked.camera += 1;
    this.keep('camera', undefined);
    this.camera.set(off);
  }

  close(): void {
    this.closeCamera();
    this.asked.microphone += 1;
    this.keep('microphone', undefined);
    this.microphone.set(off);
  }

  /** Their names are known only once the person has said yes. */
  async list(): Promise<MediaDeviceInfo[]> {
    try {
      return (await this.media?.enumerateDevices()) ?? [];
    } catch {
      return [];
    }
  }

  private choose({ microphoneId, cameraId }: Partial<Chosen>): void {
    this.chosen = {
      microphoneId: microphoneId ?? this.chosen.microphoneId,
      cameraId: cameraId ?? this.chosen.cameraId,
    };
  }

  // One question for both. When it fails, each is asked for alone, since the answer does not say which of them it was.
  private async openBoth(): Promise<void> {
    if (!this.media) {
      this.unsupported('microphone', 'camera');
      return;
    }
    const questions = { microphone: this.ask('microphone'), camera: this.ask('camera') };
    try {
      const stream = await this.media.getUserMedia({
        audio: soundWish(this.chosen.microphoneId),
        video: pictureWish(this.chosen.cameraId),
      });
      this.take('microphone', stream.getAudioTracks()[0], questions.microphone);
      this.take('camera', stream.getVideoTracks()[0], questions.camera);
    } catch (thrown) {
      if (questions.camera === this.asked.camera && (await this.forgetPulledOut(thrown))) {
        await this.openBoth();
        return;
      }
      const trouble = troubleIn(thrown);
      const hears = await this.tryOne('microphone', questions.microphone);
      // With a microphone, it was the camera; and who said no to everything is not asked a third time.
      if (hears || trouble === 'denied') this.fail('camera', trouble, questions.camera);
      else await this.tryOne('camera', questions.camera);
    }
  }

  private async openOne(kind: Kind): Promise<void> {
    if (this.media) await this.tryOne(kind, this.ask(kind));
    else this.unsupported(kind);
  }

  private async tryOne(kind: Kind, question: number): Promise<boolean> {
    try {
      const stream = await this.media?.getUserMedia(
        kind === 'microphone'
          ? { audio: soundWish(this.chosen.microphoneId) }
          : { video: pictureWish(this.chosen.cameraId) },
      );
      this.take(kind, stream?.getTracks()[0], question);
      return true;
    } catch (thrown) {
      if (question === this.asked[kind] && (await this.forgetPulledOut(thrown)))
        return this.tryOne(kind, question);
      this.fail(kind, troubleIn(thrown), question);
      return false;
    }
  }

  /** A chosen device that is not there any more: the browser's own choice is better than none. */
  private async forgetPulledOut(thrown: unknown): Promise<boolean> {
    if (!(thrown instanceof DOMException) || thrown.name !== 'OverconstrainedError') return false;
    const present = (await this.list()).map(({ deviceId }) => deviceId);
    const { microphoneId, cameraId } = this.chosen;
    const kept = (id: string) => (present.includes(id) ? id : '');
    this.chosen = { microphoneId: kept(microphoneId), cameraId: kept(cameraId) };
    return this.chosen.microphoneId !== microphoneId || this.chosen.cameraId !== cameraId;
  }

  private ask(kind: Kind): number {
    this.asked[kind] += 1;
    // A phone opens no second camera beside the first.
    if (kind === 'camera') this.keep(kind, undefined);
    this[kind].set(asking);
    return this.asked[kind];
  }

  private take(kind: Kind, track: MediaStreamTrack | undefined, question: number): void {
    if (question !== this.asked[kind]) {
      track?.stop();
      return;
    }
    if (!track) {
      this.fail(kind, 'missing', question);
      return;
    }
    // Not called when the track is stopped from here: the device was pulled out, or the person took the right back.
    track.addEventListener('ended', () => {
      this.fail(kind, 'missing', question);
      void this.lookWhy(kind, question);
    });
    this.keep(kind, track);
    this[kind].set({ phase: 'on', label: track.label });
  }

  private fail(kind: Kind, trouble: DeviceTrouble, question: number): void {
    if (question !== this.asked[kind]) return;
    this.keep(kind, undefined);
    this[kind].set({ phase: 'failed', trouble });
  }

  /** Without the right, a browser names no device. */
  private async lookWhy(kind: Kind, question: number): Promise<void> {
    const wanted = kind === 'microphone' ? 'audioinput' : 'videoinput';
    const present = (await this.list()).filter((it) => it.kind === wanted);
    if (present.length > 0 && present.every(({ label }) => label === ''))
      this.fail(kind, 'denied', question);
  }

  private keep(kind: Kind, track: MediaStreamTrack | undefined): void {
    const value = kind === 'microphone' ? this.sound : this.picture;
    const before = value.get();
    value.set(track);
    before?.stop();
  }

  private unsupported(...kinds: Kind[]): void {
    for (const kind of kinds) this[kind].set({ phase: 'failed', trouble: 'unsupported' });
  }
}

const soundWish = (deviceId: string): MediaTrackConstraints => ({
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  ...exactly(deviceId),
});

const pictureWish = (deviceId: string): MediaTrackConstraints => ({
  width: { ideal: 640 },
  height: { ideal: 360 },
  frameRate: { ideal: 20 },
  ...exactly(deviceId),
});

const exactly = (deviceId: string) => (deviceId === '' ? {} : { deviceId: { exact: deviceId } });

/** https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia */
export function troubleIn(thrown: unknown): DeviceTrouble {
  if (!(thrown instanceof DOMException))
    return thrown instanceof TypeError ? 'unsupported' : 'other';
  switch (thrown.name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    case 'InvalidStateError':
      return 'unsupported';
    default:
      return 'other';
  }
}
