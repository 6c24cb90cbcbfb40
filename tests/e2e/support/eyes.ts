// What a page sees of a caller: the colour of its film, and whether it moves.
import { expect, type Locator } from '@playwright/test';

import { colours, type Who } from './fake_devices';

interface Look {
  /** Of the ground: red, green, blue. */
  colour: number[];
  /** Where the bar is, in percent of the width; -1 where there is none. */
  bar: number;
}

/** The picture that the video shows now; null while there is none. */
async function lookAt(video: Locator): Promise<Look | null> {
  return video.evaluate((element) => {
    const shown = element as HTMLVideoElement;
    if (shown.videoWidth === 0) return null;
    const canvas = document.createElement('canvas');
    canvas.width = 100;
    canvas.height = 1;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) return null;
    const middle = Math.floor(shown.videoHeight / 2);
    context.drawImage(shown, 0, middle, shown.videoWidth, 1, 0, 0, 100, 1);
    const { data } = context.getImageData(0, 0, 100, 1);
    const pixels = Array.from({ length: 100 }, (_, i) => [...data.subarray(i * 4, i * 4 + 3)]);
    const bar = pixels.findIndex((pixel) => Math.min(...pixel) > 170);
    // The bar takes a tenth of the width, so that the pixel in the middle of all is ground.
    const middleOf = (channel: number) =>
      pixels.map((pixel) => pixel[channel] ?? 0).sort((a, b) => a - b)[50] ?? 0;
    return { colour: [middleOf(0), middleOf(1), middleOf(2)], bar };
  });
}

function whoseColour({ colour }: Look): Who | undefined {
  return (Object.keys(colours) as Who[]).find((who) =>
    colours[who].every((value, channel) => Math.abs(value - (colour[channel] ?? 0)) < 50),
  );
}

/** The video shows that caller's film, and it moves. */
export async function expectMovingPictureOf(video: Locator, who: Who): Promise<void> {
  const bars = new Set<number>();
  await expect
    .poll(
      async () => {
        const look = await lookAt(video);
        if (look && whoseColour(look) === who) bars.add(look.bar);
        return { who: look ? whoseColour(look) : undefined, moves: bars.size >= 3 };
      },
      { timeout: 40_000 },
    )
    .toEqual({ who, moves: true });
}
