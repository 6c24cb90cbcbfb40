import { useValue } from '../base/value';
import { useApp } from './app_context';
import { useNow } from './now';

/** The hub's time in ms as far as it is known, anew every second. */
export function useHubNow(): number {
  const { link } = useApp();
  const now = useNow();
  return now - useValue(link).clockOffsetMs;
}
