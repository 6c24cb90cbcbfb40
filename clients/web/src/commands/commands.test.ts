// @vitest-environment jsdom
import { create } from '@bufbuild/protobuf';
import { describe, expect, it, vi } from 'vitest';

import { order } from '../base/testing/entities';
import { IncidentSchema, IncidentStatus } from '../gen/muster/v1/incident_pb';
import { OrderStatus } from '../gen/muster/v1/order_pb';
import { Role } from '../gen/muster/v1/types_pb';
import type { Acts } from '../outbox/acts';
import { businessCommands } from './all';
import { type Command, Commands, runCommand, type Scene } from './command';
import { isInLayer, isWriting, keysOf } from './keys';

const commands = new Commands(businessCommands);

const incidentWith = (status: IncidentStatus) => create(IncidentSchema, { id: 'i', status });
const scene = (change: Partial<Scene>): Scene => ({
  role: Role.DISPATCHER,
  openOrders: [],
  ...change,
});

function command(id: string): Command {
  const found = commands.get(id);
  if (!found) throw new Error(id);
  return found;
}

describe('Commands', () => {
  it('refuse two commands on one key, and two of one id', () => {
    const one = { ...command('incident.verify'), id: 'one', keys: 'q' };
    expect(() => new Commands([one, { ...one, id: 'two' }])).toThrow(/two and one.*"q"/);
    expect(() => new Commands([one, { ...one, keys: 'w' }])).toThrow(/"one"/);
  });

  it('show a role only what it may do', () => {
    const incident = incidentWith(IncidentStatus.REPORTED);
    const ids = (role: Role) => commands.availableIn(scene({ role, incident })).map(({ id }) => id);
    expect(ids(Role.DISPATCHER)).toEqual(['incident.verify', 'incident.contain', 'incident.close']);
    expect(ids(Role.MONITOR)).toEqual([]);
  });

  it('say why a thing cannot be done now', () => {
    const verify = command('incident.verify');
    const close = command('incident.close');
    const active = incidentWith(IncidentStatus.ACTIVE);
    const open = order({ id: 'o' }).value;
    expect(verify.disabled(scene({ incident: active }))?.key).toBe('disabled.already');
    expect(close.disabled(scene({ incident: active, openOrders: [open] }))).toEqual({
      key: 'disabled.open_orders',
      args: { n: 1 },
    });
    expect(close.disabled(scene({ incident: active }))).toBeUndefined();
  });

  it('run only what can be run', () => {
    const verifyIncident = vi.fn();
    const acts = { verifyIncident } as unknown as Acts;
    const verify = command('incident.verify');
    const reported = incidentWith(IncidentStatus.REPORTED);
    expect(runCommand(verify, scene({}), acts)).toBe(false);
    expect(runCommand(verify, scene({ incident: incidentWith(IncidentStatus.CLOSED) }), acts)).toBe(
      false,
    );
    expect(verifyIncident).not.toHaveBeenCalled();
    expect(runCommand(verify, scene({ incident: reported }), acts)).toBe(true);
    expect(verifyIncident).toHaveBeenCalledWith(reported);
  });

  it('let an order go forward only', () => {
    const accepted = order({ id: 'o', status: OrderStatus.ACCEPTED }).value;
    const disabled = (id: string) => command(id).disabled(scene({ order: accepted }))?.key;
    expect(disabled('order.acknowledge')).toBe('disabled.already');
    expect(disabled('order.accept')).toBe('disabled.already');
    expect(disabled('order.on_scene')).toBeUndefined();
    const recalled = order({ id: 'o', status: OrderStatus.RECALLED }).value;
    expect(command('order.complete').disabled(scene({ order: recalled }))?.key).toBe(
      'disabled.ended',
    );
  });
});

describe('keysOf', () => {
  const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

  it.each([
    [{ ...none, key: 'v' }, 'v'],
    [{ ...none, key: 'V', shiftKey: true }, 'shift+v'],
    [{ ...none, key: '?', shiftKey: true }, '?'],
    [{ ...none, key: 'Enter', ctrlKey: true }, 'mod+enter'],
    [{ ...none, key: 'Enter', metaKey: true }, 'mod+enter'],
    [{ ...none, key: ' ' }, 'space'],
    [{ ...none, key: 'Tab', shiftKey: true }, 'shift+tab'],
  ])('names %o', (press, name) => {
    expect(keysOf(press)).toBe(name);
  });

  it('leaves keys to whoever writes', () => {
    expect(isWriting(document.createElement('textarea'))).toBe(true);
    expect(isWriting(document.createElement('button'))).toBe(false);
    expect(isWriting(null)).toBe(false);
  });

  it('leaves keys to the menu that is open', () => {
    const menu = document.createElement('div');
    menu.setAttribute('role', 'menu');
    const item = menu.appendChild(document.createElement('button'));
    expect(isInLayer(item)).toBe(true);
    expect(isInLayer(document.createElement('button'))).toBe(false);
  });
});
