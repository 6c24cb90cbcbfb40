import { act, render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import type { App } from '../app';
import { team, update } from '../base/testing/entities';
import { AppContext } from '../ui/app_context';
import { useEntity, useIds } from './hooks';
import { Mirror } from './mirror';

describe('useEntity and useIds', () => {
  it('render a row for its own entity only, and a list for its ids only', () => {
    const mirror = new Mirror();
    const renders: string[] = [];
    function Row({ id }: { id: string }) {
      renders.push(id);
      return <li>{useEntity('team', id)?.name}</li>;
    }
    function List() {
      renders.push('list');
      return useIds('teams').map((id) => <Row key={id} id={id} />);
    }
    mirror.apply(update(team({ id: 'a', name: 'Fire 1' }), team({ id: 'b', name: 'Fire 2' })));
    render(
      <AppContext value={{ mirror } as App}>
        <List />
      </AppContext>,
    );
    expect(renders).toEqual(['list', 'a', 'b']);

    renders.length = 0;
    act(() => mirror.apply(update(team({ id: 'b', name: 'Fire 2b', version: 2 }))));
    expect(renders).toEqual(['b']);
    expect(screen.getAllByRole('listitem').map((row) => row.textContent)).toEqual([
      'Fire 1',
      'Fire 2b',
    ]);
  });
});
