// kill -9 of the hub again and again under a city in which people act, with a page and `muster watch` attached: what was
// answered is there, and both prove each time that they hold what the hub holds.
import type { Locator } from '@playwright/test';

import { keepReporting, sleep } from './support/busy_desk';
import { killLoopS } from './support/kill_loop';
import { muster } from './support/muster';
import { killAndKeepDown } from './support/processes';
import { expect, test } from './support/test';
import { Watcher } from './support/watcher';

/** What the page says it has proven; nothing while it has not. */
const proofsOf = (live: Locator): Promise<(string | null)[]> =>
  live.evaluateAll((all) => all.map((it) => it.getAttribute('data-proof')));

const pauseMs = (): number => 500 + Math.random() * 6_000;

test('the hub is killed for as long as it is told to', async ({ seat, errors }) => {
  test.setTimeout((killLoopS + 180) * 1000);
  const page = await seat('commander', { language: 'zh' });
  const live = page.page.locator('[data-proof]');
  const watcher = new Watcher('commander');
  const load = keepReporting();
  const until = Date.now() + killLoopS * 1000;
  let kills = 0;
  await errors.duringOutage(async () => {
    while (Date.now() < until) {
      await sleep(pauseMs());
      killAndKeepDown('hub')();
      kills += 1;
      const proofs = watcher.proofs;
      await test.step(`after kill ${String(kills)}`, async () => {
        await expect.poll(() => watcher.proofs, { timeout: 60_000 }).toBeGreaterThan(proofs + 1);
        await expect(live).toContainText(page.t('live.live'), { timeout: 60_000 });
        // Both at one and the same sequence, each by its own arithmetic: nobody acts meanwhile.
        await load.whileResting(() =>
          expect
            .poll(async () => (await proofsOf(live)).includes(watcher.proof), { timeout: 60_000 })
            .toBe(true),
        );
        const answered = [...load.answered];
        const there = await muster<{ id: string }>('commander', 'incident', 'list', '--all');
        const ids = new Set(there.map(({ id }) => id));
        expect(answered.filter((id) => !ids.has(id))).toEqual([]);
      });
    }
    await load.stop();
  });
  const [audit] = await muster<{ intact: boolean }>('commander', 'audit', 'verify');
  console.log(
    `${String(kills)} kills, ${String(load.answered.length)} answered reports, ${String(watcher.proofs)} proofs of watch`,
  );
  expect(kills).toBeGreaterThan(killLoopS / 60);
  expect(audit?.intact).toBe(true);
  expect(watcher.mismatches).toEqual([]);
  expect(watcher.alive).toBe(true);
  watcher.end();
});
