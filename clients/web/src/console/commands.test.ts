import { expect, test, vi } from 'vitest';

import { incident, uuid } from '../base/testing/entities';
import type { Scene } from '../commands/command';
import type { Incident } from '../gen/muster/v1/incident_pb';
import { Role } from '../gen/muster/v1/types_pb';
import { roomControls } from '../room/testing_page';
import { consoleCommands, type DeskControls } from './commands';

const controls = (reporting: boolean): DeskControls => ({
  reporting: () => reporting,
  startReport: vi.fn(),
  step: vi.fn(),
  focus: vi.fn(),
  orderSuggested: vi.fn(),
  nearestCamera: vi.fn(),
  toWall: vi.fn(),
  back: vi.fn(),
  showKeys: vi.fn(),
});
const rooms = roomControls();
const scene = (role: Role, chosen = true): Scene => ({
  role,
  incident: chosen ? (incident({ id: uuid(1), number: 'F2101' }).value as Incident) : undefined,
  openOrders: [],
});
const ids = (role: Role, reporting = false, chosen = true) =>
  consoleCommands(controls(reporting), rooms)
    .availableIn(scene(role, chosen))
    .map((command) => command.id);

test('no two commands of the console share a key or an id', () => {
  expect(() => consoleCommands(controls(false), rooms)).not.toThrow();
});

test('a monitor is offered no order and no report, but may write and look', () => {
  const offered = ids(Role.MONITOR);
  expect(offered.filter((id) => id.startsWith('console.order_'))).toEqual([]);
  expect(offered).not.toContain('console.report');
  expect(offered).not.toContain('incident.verify');
  expect(offered).toContain('console.log');
  expect(offered).toContain('console.wall');
});

test('a partner is offered no cameras and no timeline: they are not shown to it', () => {
  const offered = ids(Role.PARTNER);
  expect(offered).toContain('console.next');
  for (const id of ['console.wall', 'console.camera', 'console.log']) {
    expect(offered).not.toContain(id);
  }
});

test('while a report is written its keys are its own', () => {
  expect(ids(Role.DISPATCHER, true, false)).toEqual(['console.back', 'console.keys']);
});

test('without a chosen incident nothing is offered that needs one', () => {
  const offered = ids(Role.DISPATCHER, false, false);
  expect(offered).toContain('console.report');
  expect(offered).not.toContain('console.log');
  expect(offered).not.toContain('console.order_1');
});
