import type { Cancel } from '../base/clock';
import type { Readable } from '../base/value';
import type { LinkState } from './link_state';

/** Runs something once, when the picture becomes live the next time. */
export function onceLive(link: Readable<Pick<LinkState, 'phase'>>, run: () => void): Cancel {
  let { phase } = link.get();
  const stop = link.subscribe(() => {
    const before = phase;
    ({ phase } = link.get());
    if (phase !== 'live' || before === 'live') return;
    stop();
    run();
  });
  return stop;
}
