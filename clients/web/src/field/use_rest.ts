import { useEffect, useState } from 'react';

import { useApp } from '../ui/app_context';

/** Whether it rests, and how to make it rest for `ms`. */
export function useRest(ms: number): [boolean, () => void] {
  const { clock } = useApp();
  const [rests, setRests] = useState(false);
  useEffect(() => {
    if (!rests) return undefined;
    return clock.after(ms, () => setRests(false));
  }, [clock, ms, rests]);
  return [rests, () => setRests(true)];
}
