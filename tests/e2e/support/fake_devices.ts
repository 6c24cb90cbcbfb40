// What a caller's microphone and camera give: a tone and a colour of its own, so that a test can tell who is heard and seen.
import { writeFileSync } from 'node:fs';

/** No tone is a harmonic of another one, nor a mixture of two. */
export const tonesHz = { commander: 440, dispatcher: 610, field: 1010 } as const;

/** As red, green and blue, 0 to 255. */
export const colours = {
  commander: [200, 30, 30],
  dispatcher: [30, 170, 30],
  field: [40, 40, 220],
} as const;

export type Who = keyof typeof tonesHz;

const sampleRateHz = 48_000;
const burstS = 0.3;
const edgeS = 0.03;
const soundS = 6;

/** Bursts, since what never stops counts as noise and is suppressed. Chromium repeats the file for ever. */
export function writeTone(path: string, toneHz: number): void {
  const samples = new Int16Array(sampleRateHz * soundS);
  for (let i = 0; i < samples.length; i++) {
    const t = i / sampleRateHz;
    samples[i] = 12_000 * loudness(t) * Math.sin(2 * Math.PI * toneHz * t);
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(1, 22); // mono
  header.writeUInt32LE(sampleRateHz, 24);
  header.writeUInt32LE(sampleRateHz * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  writeFileSync(path, Buffer.concat([header, Buffer.from(samples.buffer)]));
}

/** 0 to 1: on and off in turns, with soft edges that hold no other frequency. */
function loudness(t: number): number {
  const within = t % (2 * burstS);
  const fromEdge = Math.min(within, burstS - within);
  return fromEdge <= 0 ? 0 : Math.sin((Math.PI / 2) * Math.min(1, fromEdge / edgeS)) ** 2;
}

// Small and slow: three browsers encode and decode on the machine that also runs the city.
const widthPx = 320;
const heightPx = 180;
const framesPerS = 10;
const frames = 40;
const barPx = 32;

/** A white bar that wanders over a ground of one colour. */
export function writeFilm(path: string, [red, green, blue]: readonly [number, number, number]) {
  const y = 16 + 0.257 * red + 0.504 * green + 0.098 * blue;
  const u = 128 - 0.148 * red - 0.291 * green + 0.439 * blue;
  const v = 128 + 0.439 * red - 0.368 * green - 0.071 * blue;
  const rate = `F${String(framesPerS)}:1`;
  const parts = [
    Buffer.from(`YUV4MPEG2 W${String(widthPx)} H${String(heightPx)} ${rate} Ip A1:1 C420jpeg\n`),
  ];
  for (let frame = 0; frame < frames; frame++) {
    const bar = Math.floor((frame / frames) * (widthPx / 2)) * 2;
    const plane = (width: number, height: number, ground: number, white: number, scale: number) => {
      const row = Buffer.alloc(width, Math.round(ground));
      for (let i = 0; i < barPx / scale; i++) row[(bar / scale + i) % width] = white;
      return Buffer.concat(Array.from({ length: height }, () => row));
    };
    parts.push(
      Buffer.from('FRAME\n'),
      plane(widthPx, heightPx, y, 235, 1),
      plane(widthPx / 2, heightPx / 2, u, 128, 2),
      plane(widthPx / 2, heightPx / 2, v, 128, 2),
    );
  }
  writeFileSync(path, Buffer.concat(parts));
}

/** For a Chromium of its own: its sound and its picture come from the two files. */
export const fakeDeviceArgs = (tone: string, film: string): string[] => [
  '--use-fake-device-for-media-stream',
  `--use-file-for-fake-audio-capture=${tone}`,
  `--use-file-for-fake-video-capture=${film}`,
];
