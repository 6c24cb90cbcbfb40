// An incident as it looks in the middle of the work: verified, graded, a team on its way, and one whose answer is waited for.
import { placeOf } from './city';
import { muster, order, report } from './muster';
import { test as base } from './test';

/** The team of the phone, which nobody drives. */
export const phoneTeam = { user: 'medic-4', name: '急救四组' };
export const place = '滨海大道路口';

/** Driven by the city: it answers by itself and goes. One for each scene, since it stays on its order. */
type DrivenTeam = '消防一站' | '消防二站' | '消防三站' | '特勤消防站';

interface Fixtures {
  makeScene: (text: string, team: DrivenTeam) => Promise<void>;
}

export const test = base.extend<Fixtures>({
  // Playwright wants the empty pattern.
  // eslint-disable-next-line no-empty-pattern
  makeScene: async ({}, use) => {
    const phoneOrders: string[] = [];
    await use(async (text, team) => {
      const at = placeOf('第二中学');
      const incident = await report({ type: 'traffic', at, place, grade: 'major', text });
      await muster('dispatcher', 'incident', 'verify', incident);
      await order(incident, team, '带破拆器材');
      phoneOrders.push(await order(incident, phoneTeam.name, '两名伤员，先到路口南侧'));
    });
    for (const id of phoneOrders) await muster('dispatcher', 'order', 'complete', id);
  },
});
