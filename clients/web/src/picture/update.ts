import type { Item, Kind } from './kinds';

/** One whole step of the picture: all parts of a frame together. Plain data, so that it can be posted. */
export interface Update {
  /** Forget everything before. */
  reset: boolean;
  upserts: Item[];
  removals: { kind: Kind; id: string }[];
}
