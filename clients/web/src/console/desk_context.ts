// What the parts of the watch page tell each other: what is chosen, and what can be opened from anywhere.
import { createContext, useContext } from 'react';

import type { CityMap } from '../map/city';
import type { Coordinates } from './report_draft';

export interface Desk {
  /** Undefined until it is loaded, and where it could not be. */
  city: CityMap | undefined;
  /** Empty when none is chosen. */
  incidentId: string;
  teamId: string;
  cameraId: string;
  openIncident: (id: string) => void;
  chooseTeam: (id: string) => void;
  openCamera: (id: string) => void;
  /** Back to the map. */
  closeCamera: () => void;
  startReport: (at?: Coordinates) => void;
}

export const DeskContext = createContext<Desk | undefined>(undefined);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('useDesk outside of the console');
  return desk;
}
