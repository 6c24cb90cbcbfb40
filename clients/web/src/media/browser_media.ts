// Devices, sound and codecs of a browser, behind the ports that a call uses.
import type { MediaPort } from './devices';
import type { Player } from './loudspeaker';
import type { Ears } from './meter';

/** Undefined on a page that is not secure. */
export const mediaPort = (): MediaPort | undefined =>
  'mediaDevices' in navigator ? navigator.mediaDevices : undefined;

export const pictureCodecsHere = (): readonly RTCRtpCodec[] =>
  RTCRtpSender.getCapabilities('video')?.codecs ?? [];

/** In the page, since some browsers stop an element that is in none. */
export function audioPlayer(): Player {
  const element = document.createElement('audio');
  element.hidden = true;
  document.body.append(element);
  return {
    play(stream) {
      if (element.srcObject !== stream) element.srcObject = stream;
      return element.play();
    },
    close() {
      element.srcObject = null;
      element.remove();
    },
  };
}

/** About as long as the pause between two looks, so that no syllable falls between them. */
const earSamples = 4_096;

export function audioEars(): Ears {
  let context: AudioContext | undefined;
  return {
    listen(track) {
      context ??= new AudioContext();
      const source = context.createMediaStreamSource(new MediaStream([track]));
      const analyser = new AnalyserNode(context, { fftSize: earSamples });
      source.connect(analyser);
      const samples = new Float32Array(analyser.fftSize);
      return {
        level() {
          analyser.getFloatTimeDomainData(samples);
          return Math.sqrt(samples.reduce((sum, it) => sum + it * it, 0) / samples.length);
        },
        close: () => source.disconnect(),
      };
    },
    resume: () => void context?.resume(),
    close() {
      void context?.close();
      context = undefined;
    },
  };
}
