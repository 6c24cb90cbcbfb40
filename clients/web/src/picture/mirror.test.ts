import { describe, expect, it, vi } from 'vitest';

import { at, incident, logLine, order, position, team, update } from '../base/testing/entities';
import { IncidentStatus } from '../gen/muster/v1/incident_pb';
import { Mirror } from './mirror';

describe('Mirror', () => {
  it('wakes only who watches what an update touched', () => {
    const mirror = new Mirror();
    mirror.apply(update(team({ id: 'a', name: 'Fire 1' }), team({ id: 'b', name: 'Fire 2' })));
    const [a, b, teams, orders] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()];
    mirror.watch('team', 'a', a);
    mirror.watch('team', 'b', b);
    mirror.watchIds('teams', teams);
    mirror.watchIds('orders.team/a', orders);

    mirror.apply(update(team({ id: 'a', name: 'Fire 1', version: 2 })));

    expect(a).toHaveBeenCalledTimes(1);
    expect(b).not.toHaveBeenCalled();
    // The team stayed where it was in the list.
    expect(teams).not.toHaveBeenCalled();
    expect(orders).not.toHaveBeenCalled();
  });

  it('applies an update whole before it wakes anybody', () => {
    const mirror = new Mirror();
    let seen: unknown;
    mirror.watch('team', 'a', () => {
      seen = [mirror.get('order', 'o')?.teamId, mirror.ids('orders.team/a')];
    });
    mirror.apply(
      update(team({ id: 'a', name: 'Fire 1' }), order({ id: 'o', teamId: 'a', incidentId: 'i' })),
    );
    expect(seen).toEqual(['a', ['o']]);
  });

  it('keeps the same list until it changes', () => {
    const mirror = new Mirror();
    mirror.apply(update(team({ id: 'a', name: 'Fire 1' })));
    const before = mirror.ids('teams');
    mirror.apply(update(team({ id: 'a', name: 'Fire 1', version: 2 })));
    expect(mirror.ids('teams')).toBe(before);
    mirror.apply(update(team({ id: 'b', name: 'Fire 2' })));
    expect(mirror.ids('teams')).toEqual(['a', 'b']);
  });

  it('orders open incidents newest first and drops closed ones', () => {
    const mirror = new Mirror();
    mirror.apply(
      update(
        incident({ id: 'old', reportedAt: at(10) }),
        incident({ id: 'new', reportedAt: at(30) }),
        incident({ id: 'middle', reportedAt: at(20) }),
      ),
    );
    expect(mirror.ids('incidents.open')).toEqual(['new', 'middle', 'old']);
    mirror.apply(
      update(incident({ id: 'middle', reportedAt: at(20), status: IncidentStatus.CLOSED })),
    );
    expect(mirror.ids('incidents.open')).toEqual(['new', 'old']);
    expect(mirror.ids('incidents.all')).toEqual(['new', 'middle', 'old']);
  });

  it('moves a renamed team, with numbers in their natural order', () => {
    const mirror = new Mirror();
    mirror.apply(update(team({ id: 'a', name: '消防 2' }), team({ id: 'b', name: '消防 10' })));
    expect(mirror.ids('teams')).toEqual(['a', 'b']);
    mirror.apply(update(team({ id: 'a', name: '消防 11', version: 2 })));
    expect(mirror.ids('teams')).toEqual(['b', 'a']);
  });

  it('lists what hangs on an incident, oldest first', () => {
    const mirror = new Mirror();
    mirror.apply(
      update(
        logLine({ id: 'l2', incidentId: 'i', at: at(2) }),
        logLine({ id: 'l1', incidentId: 'i', at: at(1) }),
        logLine({ id: 'other', incidentId: 'j', at: at(0) }),
        order({ id: 'o2', incidentId: 'i', teamId: 'b', issuedAt: at(5) }),
        order({ id: 'o1', incidentId: 'i', teamId: 'a', issuedAt: at(4) }),
      ),
    );
    expect(mirror.ids('lines.incident/i')).toEqual(['l1', 'l2']);
    expect(mirror.ids('orders.incident/i')).toEqual(['o1', 'o2']);
  });

  it('forgets what a removal names, and everything that a reset does not repeat', () => {
    const mirror = new Mirror();
    mirror.apply(
      update(
        team({ id: 'a', name: 'Fire 1' }),
        team({ id: 'b', name: 'Fire 2' }),
        position({ id: 'a' }),
      ),
    );
    const gone = vi.fn();
    mirror.watch('team', 'b', gone);
    mirror.apply({ reset: false, upserts: [], removals: [{ kind: 'position', id: 'a' }] });
    expect(mirror.get('position', 'a')).toBeUndefined();
    expect(mirror.get('team', 'a')).toBeDefined();

    const renamed = team({ id: 'a', name: 'Fire 1', version: 3 });
    mirror.apply({ reset: true, upserts: [renamed], removals: [] });
    expect(mirror.ids('teams')).toEqual(['a']);
    expect(mirror.get('team', 'b')).toBeUndefined();
    expect(gone).toHaveBeenCalledTimes(1);
  });

  it('tells the watchers of a kind once an update, with the ids', () => {
    const mirror = new Mirror();
    const heard = vi.fn();
    mirror.watchKind('position', heard);
    mirror.apply(
      update(position({ id: 'a' }), position({ id: 'b' }), team({ id: 'a', name: 'x' })),
    );
    expect(heard.mock.calls).toEqual([[new Set(['a', 'b'])]]);
  });

  it('wakes nobody who stopped watching', () => {
    const mirror = new Mirror();
    const heard = vi.fn();
    mirror.watch('team', 'a', heard)();
    mirror.apply(update(team({ id: 'a', name: 'x' })));
    expect(heard).not.toHaveBeenCalled();
  });
});
