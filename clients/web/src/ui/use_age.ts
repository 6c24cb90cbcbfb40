import type { Timestamp } from '@bufbuild/protobuf/wkt';

import { toMs } from '../base/time';
import { useValue } from '../base/value';
import { useApp } from './app_context';
import { useNow } from './now';

/** Age in ms of a time by the hub's clock, anew every second. */
export function useAgeMs(time: Timestamp | undefined): number | undefined {
  const { link } = useApp();
  const now = useNow();
  const { clockOffsetMs } = useValue(link);
  const ms = toMs(time);
  return ms === undefined ? undefined : Math.max(0, now - clockOffsetMs - ms);
}
