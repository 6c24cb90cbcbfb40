// Clicks on places of the page's map, which shows the whole city: it fits the city's bounds into its element.
import { expect, type Page } from '@playwright/test';

import { mapBounds, type Place } from './city';
import type { Say } from './words';

const mercatorX = (lonDeg: number) => (lonDeg + 180) / 360;
const mercatorY = (latDeg: number) =>
  0.5 - Math.log(Math.tan(Math.PI / 4 + (latDeg * Math.PI) / 360)) / (2 * Math.PI);

const mapOf = (page: Page, t: Say) => page.getByRole('region', { name: t('console.map.label') });

async function pointOf(page: Page, t: Say, { latDeg, lonDeg }: Place) {
  const map = mapOf(page, t);
  await expect(map).toBeVisible();
  const box = await map.boundingBox();
  if (!box) throw new Error('the map has no size');
  const [west, south, east, north] = mapBounds;
  const scale = Math.min(
    box.width / (mercatorX(east) - mercatorX(west)),
    box.height / (mercatorY(south) - mercatorY(north)),
  );
  const centreX = (mercatorX(east) + mercatorX(west)) / 2;
  const centreY = (mercatorY(south) + mercatorY(north)) / 2;
  return {
    x: box.x + box.width / 2 + (mercatorX(lonDeg) - centreX) * scale,
    y: box.y + box.height / 2 + (mercatorY(latDeg) - centreY) * scale,
  };
}

/** A click where nothing is drawn. */
export async function clickMap(page: Page, t: Say, place: Place): Promise<void> {
  const { x, y } = await pointOf(page, t, place);
  await page.mouse.click(x, y);
}

/** A click on a mark, once it is drawn: then the pointer says that there is something. */
export async function clickMark(page: Page, t: Say, place: Place): Promise<void> {
  const { x, y } = await pointOf(page, t, place);
  await expect
    .poll(async () => {
      await page.mouse.move(x - 1, y);
      await page.mouse.move(x, y);
      return mapOf(page, t).evaluate((map) => getComputedStyle(map).cursor);
    })
    .toBe('pointer');
  await page.mouse.click(x, y);
}
