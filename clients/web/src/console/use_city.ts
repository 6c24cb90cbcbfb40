import { useEffect, useState } from 'react';

import cityUrl from '../../../city/map.geojson?url';
import { type CityMap, loadCity } from '../map/city';

export interface CityState {
  city: CityMap | undefined;
  failed: boolean;
}

/** The installed map; asked for once. */
export function useCity(): CityState {
  const [state, setState] = useState<CityState>({ city: undefined, failed: false });
  useEffect(() => {
    let gone = false;
    loadCity(cityUrl).then(
      (city) => !gone && setState({ city, failed: false }),
      () => !gone && setState({ city: undefined, failed: true }),
    );
    return () => {
      gone = true;
    };
  }, []);
  return state;
}
