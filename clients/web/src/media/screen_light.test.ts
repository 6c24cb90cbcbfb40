import { expect, it } from 'vitest';

import { settle } from '../base/testing/turnable_clock';
import { ScreenLight } from './screen_light';
import { FakeLight } from './testing';

it('is on as long as it is wanted, and again when the page was hidden', async () => {
  const port = new FakeLight();
  const light = new ScreenLight(port);
  light.keep(true);
  light.keep(true);
  await settle();
  expect([port.asked, port.on]).toEqual([1, 1]);
  port.hide();
  expect(port.on).toBe(0);
  port.show();
  await settle();
  expect([port.asked, port.on]).toEqual([2, 1]);
  light.keep(false);
  expect(port.on).toBe(0);
  port.show();
  await settle();
  expect(port.asked).toBe(2);
});

it('is let go when the answer comes too late', async () => {
  const port = new FakeLight();
  const light = new ScreenLight(port);
  light.keep(true);
  light.keep(false);
  await settle();
  expect(port.on).toBe(0);
});

it('is nothing to worry about where the browser gives none', async () => {
  new ScreenLight(undefined).keep(true);
  const port = new FakeLight();
  port.refuses = true;
  new ScreenLight(port).keep(true);
  await settle();
  expect(port.on).toBe(0);
});
