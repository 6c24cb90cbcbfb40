// Reads identity and time from the strip that the city's cameras, and its simulated participants, draw along the bottom edge:
// 80 square blocks over the whole width, most significant bit first: 8 of sync (10101100), 8 of number, 48 of UTC
// milliseconds, 16 of CRC-16/CCITT-FALSE.
import type { Locator } from '@playwright/test';

export interface Strip {
  camera: number;
  ageMs: number;
}

function crc16(bytes: number[]): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++)
      crc = ((crc & 0x8000) !== 0 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc;
}

// What the frame that the video shows now says; null while there is none, or while its strip does not hold.
export async function readStrip(video: Locator): Promise<Strip | null> {
  const sample = await video.evaluate((element) => {
    const shown = element as HTMLVideoElement;
    const block = shown.videoWidth / 80;
    if (block < 1 || !Number.isInteger(block)) return null;
    const canvas = document.createElement('canvas');
    canvas.width = shown.videoWidth;
    canvas.height = 1;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) return null;
    // The line through the middle of the blocks.
    const line = shown.videoHeight - block / 2;
    context.drawImage(shown, 0, line, canvas.width, 1, 0, 0, canvas.width, 1);
    const { data } = context.getImageData(0, 0, canvas.width, 1);
    const bits = Array.from({ length: 80 }, (_, i): number =>
      (data[(i * block + block / 2) * 4 + 1] ?? 0) > 125 ? 1 : 0,
    );
    return { bits, now: Date.now() };
  });
  if (!sample) return null;
  const bytes: number[] = [];
  for (let i = 0; i < 80; i += 8)
    bytes.push(sample.bits.slice(i, i + 8).reduce((value, bit) => value * 2 + bit, 0));
  const payload = bytes.slice(1, 8);
  if (bytes[0] !== 0b10101100 || crc16(payload) !== (bytes[8] ?? 0) * 256 + (bytes[9] ?? 0))
    return null;
  return {
    camera: payload[0] ?? 0,
    ageMs: sample.now - payload.slice(1).reduce((value, byte) => value * 256 + byte, 0),
  };
}
