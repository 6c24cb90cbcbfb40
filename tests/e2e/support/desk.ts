// Where things are on the console, by role and label.
import type { Locator } from '@playwright/test';

import type { Place } from './city';
import { muster } from './muster';
import type { Seat } from './test';
import type { TextKey } from './words';

/** A part of the page by the beginning of its heading; a count may follow. */
export function pane({ page, t }: Seat, title: TextKey): Locator {
  return page.getByRole('region', { name: new RegExp(`^${t(title)}`) });
}

/** The row of an incident in the queue, by anything that it says. */
export function queueRow(seat: Seat, text: string): Locator {
  return pane(seat, 'console.queue.title').getByRole('button').filter({ hasText: text });
}

/** The order of a team on the incident that is open. */
export function orderRow(seat: Seat, team: string): Locator {
  return pane(seat, 'console.orders.title').getByRole('listitem').filter({ hasText: team });
}

/** The team on the unit board. */
export function boardTeam(seat: Seat, team: string): Locator {
  return pane(seat, 'console.board.title').getByRole('listitem').filter({ hasText: team });
}

/** Where the hub has the team. */
export async function positionOf(team: string): Promise<Place | undefined> {
  const teams = await muster<{ id: string; name: string }>('monitor', 'team', 'list');
  const id = teams.find(({ name }) => name === team)?.id;
  const frames = await muster<Frame>('monitor', 'watch', '--kinds', 'position', '--once');
  const all = frames.flatMap(({ live }) => live ?? []);
  return all.findLast(({ position }) => position?.id === id)?.position?.at;
}

interface Frame {
  live?: { position?: { id: string; at: Place } }[];
}

const metresPerDegree = 111_195;

/** Good enough within a city; far away where either is unknown. */
export function metresBetween(a: Place | undefined, b: Place | undefined): number {
  if (!a || !b) return Infinity;
  const north = (a.latDeg - b.latDeg) * metresPerDegree;
  const east = (a.lonDeg - b.lonDeg) * metresPerDegree * Math.cos((a.latDeg * Math.PI) / 180);
  return Math.hypot(north, east);
}
