// Who is muted is heard while the space bar is held, unless something that takes keys has the focus.
import { useEffect } from 'react';

import type { Call } from './call_ports';

export function usePushToTalk(call: Call): void {
  useEffect(() => {
    let held = false;
    const release = () => {
      if (!held) return;
      held = false;
      call.setMuted(true);
    };
    const down = (event: KeyboardEvent) => {
      if (event.key !== ' ' || event.defaultPrevented || !isFree(event.target)) return;
      event.preventDefault(); // It would scroll.
      const { muted, microphone } = call.state.get();
      if (event.repeat || held || !muted || microphone.phase !== 'on') return;
      held = true;
      call.setMuted(false);
    };
    const up = (event: KeyboardEvent) => {
      if (event.key === ' ') release();
    };
    // A key that is let go elsewhere is never heard of here.
    const hidden = () => {
      if (document.visibilityState === 'hidden') release();
    };
    addEventListener('keydown', down);
    addEventListener('keyup', up);
    addEventListener('blur', release);
    document.addEventListener('visibilitychange', hidden);
    return () => {
      release();
      removeEventListener('keydown', down);
      removeEventListener('keyup', up);
      removeEventListener('blur', release);
      document.removeEventListener('visibilitychange', hidden);
    };
  }, [call]);
}

/** Nothing has the focus that a space would press, tick, open or be written into. */
function isFree(target: EventTarget | null): boolean {
  return target instanceof Element && target === document.body;
}
