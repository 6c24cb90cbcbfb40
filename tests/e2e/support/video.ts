import { expect, type Locator } from '@playwright/test';

import { readStrip, type Strip } from './strip';
import type { Seat } from './test';

/** What is older is not live, however busy the machine is. */
const freshMs = 3_000;
const readings = 5;

/** The video of a camera by its name. */
export function videoOf({ page }: Pick<Seat, 'page'>, camera: string): Locator {
  return page.getByLabel(camera, { exact: true }).and(page.locator('video'));
}

/** The video comes to life, and from then on every frame is of that camera and fresh. */
export async function expectFresh(video: Locator, camera: number): Promise<void> {
  await expect
    .poll(
      async () => {
        const strip = await readStrip(video);
        return { camera: strip?.camera, fresh: (strip?.ageMs ?? Infinity) < freshMs };
      },
      { timeout: 40_000 },
    )
    .toEqual({ camera, fresh: true });
  for (let i = 0; i < readings; i++) {
    const { camera: seen, ageMs } = await nextStrip(video);
    expect(seen).toBe(camera);
    expect(ageMs).toBeLessThan(freshMs);
  }
}

/** A frame whose strip a lost packet has spoiled says nothing; the next one does. */
async function nextStrip(video: Locator): Promise<Strip> {
  const read: Strip[] = [];
  await expect
    .poll(async () => {
      const strip = await readStrip(video);
      if (strip) read.push(strip);
      return read.length;
    })
    .toBe(1);
  return read[0] ?? { camera: 0, ageMs: Infinity };
}
