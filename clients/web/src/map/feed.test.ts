import type { FeatureCollection } from 'geojson';
import type { GeoJSONSourceDiff } from 'maplibre-gl';
import { beforeEach, expect, test } from 'vitest';

import {
  at,
  camera,
  incident,
  order,
  position,
  stream,
  team,
  update,
  uuid,
} from '../base/testing/entities';
import { TurnableClock } from '../base/testing/turnable_clock';
import { point } from '../base/testing/values';
import { OrderStatus } from '../gen/muster/v1/order_pb';
import { TeamStatus } from '../gen/muster/v1/team_pb';
import { Mirror } from '../picture/mirror';
import type { MapWords } from './features';
import { MapFeed, type MapSink, type SourceName } from './feed';

const words: MapWords = {
  lastSeen: (ageMs) => `last seen ${String(Math.round(ageMs / 1000))} s ago`,
  neverSeen: () => 'never seen',
  late: () => 'UNANSWERED',
};

/** A map that remembers what it was told, and can refuse. */
class FakeMap implements MapSink {
  readonly updates: { source: SourceName; diff: GeoJSONSourceDiff }[] = [];
  readonly replaced: { source: SourceName; all: FeatureCollection }[] = [];
  private failures = 0;

  failNext(): void {
    this.failures += 1;
  }

  update(source: SourceName, diff: GeoJSONSourceDiff): Promise<void> {
    this.updates.push({ source, diff });
    return this.failures-- > 0 ? Promise.reject(new Error('no such id')) : Promise.resolve();
  }

  replace(source: SourceName, all: FeatureCollection): void {
    this.replaced.push({ source, all });
  }

  forget(): void {
    this.updates.length = 0;
    this.replaced.length = 0;
  }
}

const start = Date.UTC(2026, 10, 24);
const home = point(30, 123.9);
let mirror: Mirror;
let map: FakeMap;
let clock: TurnableClock;
let feed: MapFeed;

beforeEach(() => {
  mirror = new Mirror();
  map = new FakeMap();
  clock = new TurnableClock(start);
  mirror.apply(
    update(
      team({ id: uuid(1), name: '消防一站', home }),
      position({ id: uuid(1), at: home, fixAt: at(0) }),
      incident({ id: uuid(2), number: 'F2101', at: home }),
    ),
  );
  feed = new MapFeed(mirror, map, clock, clock.now, words);
  feed.start();
});

test('the map begins with what the mirror has', () => {
  const teams = map.replaced.find((it) => it.source === 'teams');
  expect(teams?.all.features[0]?.properties).toMatchObject({
    icon: 'team-free',
    label: '消防一站',
  });
});

test('many changes within a moment become one difference a source, of the touched ids only', async () => {
  mirror.apply(update(team({ id: uuid(9), name: '急救一组', home })));
  await clock.advance(300);
  map.forget();
  for (const lonDeg of [123.91, 123.92, 123.93]) {
    mirror.apply(update(position({ id: uuid(1), at: point(30, lonDeg), fixAt: at(1) })));
  }
  await clock.advance(300);
  expect(map.updates).toEqual([
    {
      source: 'teams',
      diff: {
        add: [],
        remove: [],
        update: [{ id: uuid(1), newGeometry: { type: 'Point', coordinates: [123.93, 30] } }],
      },
    },
  ]);
});

test('a position that nobody renews becomes old by time alone', async () => {
  map.forget();
  await clock.advance(66_000);
  const changes = map.updates.flatMap(
    ({ diff }) => diff.update?.flatMap((it) => it.addOrUpdateProperties ?? []) ?? [],
  );
  expect(changes).toContainEqual({ key: 'icon', value: 'team-free-old' });
  expect(changes).toContainEqual({ key: 'label', value: '消防一站 last seen 65 s ago' });
});

test('an overdue order marks its team and its incident', async () => {
  map.forget();
  mirror.apply(
    update(
      order({
        id: uuid(3),
        incidentId: uuid(2),
        teamId: uuid(1),
        status: OrderStatus.DELIVERED,
        overdueSince: at(-10),
      }),
    ),
  );
  await clock.advance(300);
  const late = map.updates.flatMap(({ source, diff }) =>
    (diff.update ?? []).flatMap((it) => it.addOrUpdateProperties ?? []).map((it) => [source, it]),
  );
  expect(late).toContainEqual(['teams', { key: 'late', value: true }]);
  expect(late).toContainEqual(['incidents', { key: 'late', value: true }]);
});

test('the chosen incident shows the way of the teams that are coming, until they are there', async () => {
  const way = (status: OrderStatus) =>
    order({
      id: uuid(3),
      incidentId: uuid(2),
      teamId: uuid(1),
      status,
      acceptedAt: at(1),
      ...(status === OrderStatus.ON_SCENE ? { onSceneAt: at(9) } : {}),
    });
  mirror.apply(update(way(OrderStatus.EN_ROUTE)));
  map.forget();
  feed.select({ kind: 'incident', id: uuid(2) });
  const links = map.replaced.find((it) => it.source === 'links')?.all.features;
  expect(links?.map((it) => it.geometry.type)).toEqual(['LineString']);
  await clock.advance(300);
  map.forget();
  mirror.apply(update(way(OrderStatus.ON_SCENE)));
  await clock.advance(300);
  expect(map.updates.find((it) => it.source === 'links')?.diff.remove).toEqual([uuid(3)]);
});

test('the place of a report that is being written is marked, and unmarked after it', () => {
  const marks = () => map.replaced.at(-1)?.all.features.map((it) => it.id);
  feed.mark(home);
  expect(marks()).toEqual(['draft']);
  feed.mark(undefined);
  expect(marks()).toEqual([]);
});

test('a source that refuses a difference gets everything anew from the mirror', async () => {
  map.forget();
  map.failNext();
  mirror.apply(update(team({ id: uuid(1), name: '消防一站', home, status: TeamStatus.ON_SCENE })));
  await clock.advance(300);
  expect(map.replaced.map((it) => it.source)).toEqual(['teams']);
  expect(map.replaced[0]?.all.features[0]?.properties).toMatchObject({ icon: 'team-scene' });
});

test('a camera’s mark follows the health of its main stream', async () => {
  mirror.apply(
    update(
      stream({ id: uuid(5), cameraId: uuid(4), rendition: 'main' }),
      camera({ id: uuid(4), name: 'Gate', at: home, mainStreamId: uuid(5) }),
    ),
  );
  await clock.advance(300);
  expect(map.updates.at(-1)?.diff.add?.[0]?.properties).toMatchObject({ icon: 'camera-idle' });
});

test('a stopped feed tells the map nothing more', async () => {
  feed.stop();
  map.forget();
  mirror.apply(update(team({ id: uuid(1), name: 'X', home })));
  await clock.advance(60_000);
  expect(map.updates).toEqual([]);
});
