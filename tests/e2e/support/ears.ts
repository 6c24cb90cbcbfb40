// What a page hears: the sound that its media elements play goes through one analyser as well, which notes when it heard each
// caller's tone last.
import { expect, type Page } from '@playwright/test';

import { tonesHz, type Who } from './fake_devices';

interface Ears {
  /** When each tone was heard last, by performance.now(); -Infinity for never. */
  heardAtMs: number[];
  peers: RTCPeerConnection[];
}

declare global {
  var ears: Ears;
}

const everybody = Object.keys(tonesHz) as Who[];

/** The first notes of the chimes of the demo's simulated participants. */
const chimesHz = { simulated1: 740, simulated2: 830.6 };
type Chime = keyof typeof chimesHz;
const known = { ...tonesHz, ...chimesHz };

/** Before any script of the page. */
export async function growEars(page: Page): Promise<void> {
  await page.addInitScript((tones) => {
    const peers: RTCPeerConnection[] = [];
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        peers.push(this);
      }
    };
    const heardAtMs = tones.map(() => -Infinity);
    globalThis.ears = { heardAtMs, peers };

    const players = new Set<HTMLMediaElement>();
    const original = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
    Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
      ...original,
      set(this: HTMLMediaElement, stream: MediaStream | null) {
        players.add(this);
        original?.set?.call(this, stream);
      },
    });
    const played = () =>
      [...players]
        .filter(({ muted, paused, volume }) => !muted && !paused && volume > 0)
        .flatMap(({ srcObject }) =>
          srcObject instanceof MediaStream ? srcObject.getAudioTracks() : [],
        );

    const audio = new AudioContext();
    const analyser = new AnalyserNode(audio, { fftSize: 8192, smoothingTimeConstant: 0 });
    const spectrum = new Float32Array(analyser.frequencyBinCount);
    const levelDb = (hz: number) => {
      const bin = Math.round((hz * analyser.fftSize) / audio.sampleRate);
      return Math.max(...spectrum.subarray(bin - 1, bin + 2));
    };
    const plugged = new Map<MediaStreamTrack, AudioNode>();
    const plug = (tracks: MediaStreamTrack[]) => {
      for (const track of tracks) {
        if (plugged.has(track)) continue;
        const source = audio.createMediaStreamSource(new MediaStream([track]));
        source.connect(analyser);
        plugged.set(track, source);
      }
      for (const [track, source] of plugged) {
        if (tracks.includes(track)) continue;
        source.disconnect();
        plugged.delete(track);
      }
    };
    setInterval(() => {
      void audio.resume();
      plug(played());
      analyser.getFloatFrequencyData(spectrum);
      tones.forEach((hz, i) => {
        const beside = Math.max(levelDb(hz * 0.9), levelDb(hz * 1.1));
        if (levelDb(hz) > -65 && levelDb(hz) > beside + 15) heardAtMs[i] = performance.now();
      });
    }, 50);
  }, Object.values(known));
}

/** How long ago the page heard each of them. */
async function heardAgoMs(page: Page): Promise<Record<Who | Chime, number>> {
  const ago = await page.evaluate(() => {
    const now = performance.now();
    // Infinity does not travel.
    return ears.heardAtMs.map((at) => Math.min(now - at, 1e9));
  });
  return Object.fromEntries(Object.keys(known).map((who, i) => [who, ago[i] ?? 1e9])) as Record<
    Who | Chime,
    number
  >;
}

/** Bursts come closer than this. */
const nowMs = 1_500;
/** Whoever was not heard for so long is silent. */
const silentMs = 3_000;

/** Exactly these are heard, and the others have not been for a while. */
export async function expectHears(page: Page, ...expected: Who[]): Promise<void> {
  await expect
    .poll(
      async () => {
        const ago = await heardAgoMs(page);
        const heard = everybody.filter((who) => ago[who] < nowMs);
        const lingering = everybody.filter((who) => ago[who] >= nowMs && ago[who] < silentMs);
        return { heard, lingering };
      },
      { timeout: 30_000 },
    )
    .toEqual({ heard: everybody.filter((who) => expected.includes(who)), lingering: [] });
}

/** Never, since the page was loaded. */
export async function expectNeverHeard(page: Page, who: Who): Promise<void> {
  expect((await heardAgoMs(page))[who]).toBe(1e9);
}

/** Which of the page's connections are up, counted from its first one: what was up and is, was not made anew. */
export async function connectionsUp(page: Page): Promise<number[]> {
  return page.evaluate(() =>
    ears.peers.flatMap(({ connectionState }, i) => (connectionState === 'connected' ? [i] : [])),
  );
}

/** They chime every 6 s. */
export async function expectHearsSimulated(page: Page): Promise<void> {
  await expect
    .poll(
      async () => {
        const { simulated1, simulated2 } = await heardAgoMs(page);
        return Math.max(simulated1, simulated2) < 10_000;
      },
      { timeout: 40_000 },
    )
    .toBe(true);
}
