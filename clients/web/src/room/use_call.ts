import { useMemo } from 'react';

import type { Cancel } from '../base/clock';
import type { Readable } from '../base/value';
import { useValue } from '../base/value';
import type { Scene } from '../commands/command';
import { useApp } from '../ui/app_context';
import type { Call, CallState } from './call_ports';

/** The call of this window, if there is one. */
export const useCall = (): Call | undefined => useValue(useApp().calls.current);

export const useCallState = (call: Call | undefined): CallState | undefined =>
  useValue(call ? (call.state as Readable<CallState | undefined>) : none);

const none: Readable<undefined> = { get: () => undefined, subscribe: () => () => undefined };

type CallScene = NonNullable<Scene['call']>;

/** Of the call what decides about commands; the same object until that changes. */
export function useCallScene(): Scene['call'] {
  const call = useCall();
  const narrowed = useMemo(() => (call ? new Narrowed(call.state) : none), [call]);
  return useValue<Scene['call']>(narrowed);
}

/** Quality and the like change every second, and no page need be drawn anew for it. */
class Narrowed implements Readable<CallScene> {
  private last: CallScene | undefined;

  constructor(private readonly state: Readable<CallState>) {}

  get = (): CallScene => {
    const { roomId, phase, microphone, camera } = this.state.get();
    const { last } = this;
    const same =
      last?.roomId === roomId &&
      last.phase === phase &&
      last.microphone === microphone &&
      last.camera === camera;
    if (same) return last;
    this.last = { roomId, phase, microphone, camera };
    return this.last;
  };

  subscribe = (listener: () => void): Cancel => this.state.subscribe(listener);
}
