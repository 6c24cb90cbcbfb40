// The outbox' ports in a browser.
import { refusalOf } from '../base/refusal';
import { done, refused } from '../base/result';
import type { Bell, Lock, Send } from './ports';
import { methodOf } from './methods';
import { fromBinary } from '@bufbuild/protobuf';
import type { Transport } from '@connectrpc/connect';

/** Web Locks where the page has them; a page without them (not secure) is alone. */
export function browserLock(name: string): Lock {
  if (!('locks' in navigator)) return { hold: (run) => run() };
  return {
    hold: <T>(run: () => Promise<T>) => navigator.locks.request(name, run) as Promise<T>,
  };
}

export function browserBell(name: string): Bell {
  const channel = new BroadcastChannel(name);
  return {
    ring: () => channel.postMessage(undefined),
    onRing(listener) {
      channel.addEventListener('message', listener);
      return () => channel.removeEventListener('message', listener);
    },
  };
}

export function sendBy(transport: Transport): Send {
  return async (act) => {
    const method = methodOf(act.method);
    try {
      const request = fromBinary(method.input, act.body);
      await transport.unary(method, undefined, undefined, undefined, request);
      return done(undefined);
    } catch (thrown) {
      return refused(refusalOf(thrown));
    }
  };
}
