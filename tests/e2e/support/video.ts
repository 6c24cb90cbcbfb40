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
  const read = async (): Promise<Strip> =>
    (await readStrip(video)) ?? { camera: 0, ageMs: Infinity };
  await expect
    .poll(
      async () => {
        const { ageMs, ...seen } = await read();
        return { ...seen, fresh: ageMs < freshMs };
      },
      { timeout: 40_000 },
    )
    .toEqual({ camera, fresh: true });
  for (let i = 0; i < readings; i++) {
    const { camera: seen, ageMs } = await read();
    expect(seen).toBe(camera);
    expect(ageMs).toBeLessThan(freshMs);
  }
}
