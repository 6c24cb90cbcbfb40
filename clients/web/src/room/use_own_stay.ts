import { useMemo, useSyncExternalStore } from 'react';

import type { Participant } from '../gen/muster/v1/room_pb';
import { DerivedList } from '../picture/derived';
import { useApp } from '../ui/app_context';
import { useOwnName } from './use_own_name';

/** One's own newest stay in the room, on whatever device it was; undefined when one never was in it. */
export function useOwnStay(roomId: string): Participant | undefined {
  const { mirror } = useApp();
  const own = useOwnName();
  const list = useMemo(
    () =>
      new DerivedList(mirror, 'participant', (from) => {
        const isOwn = (id: string) => from.get('participant', id)?.personId === own.id;
        const newest = own.id === '' ? undefined : from.ids(`stays.room/${roomId}`).findLast(isOwn);
        return newest === undefined ? [] : [from.get('participant', newest)];
      }),
    [mirror, own.id, roomId],
  );
  return useSyncExternalStore(list.subscribe, list.get)[0];
}
