import { useEffect, useState } from 'react';

import cityUrl from '../../../city/map.geojson?url';
import type { Cancel } from '../base/clock';
import { type CityMap, loadCity } from '../map/city';
import { onceLive } from '../picture/once_live';
import { useApp } from '../ui/app_context';

export interface CityState {
  city: CityMap | undefined;
  failed: boolean;
}

/** The installed map; asked for once, and again after an outage in which it did not come. */
export function useCity(): CityState {
  const { link } = useApp();
  const [state, setState] = useState<CityState>({ city: undefined, failed: false });
  useEffect(() => {
    let gone = false;
    let stopWaiting: Cancel | undefined;
    const load = () => {
      loadCity(cityUrl).then(
        (city) => !gone && setState({ city, failed: false }),
        () => {
          if (gone) return;
          setState({ city: undefined, failed: true });
          stopWaiting = onceLive(link, load);
        },
      );
    };
    load();
    return () => {
      gone = true;
      stopWaiting?.();
    };
  }, [link]);
  return state;
}
