// The worker that owns the picture stream: one for all windows of this face, or, where the browser has no
// SharedWorker (phones), the same code in the page.
import { makeSource } from './make_source';
import { messagePort } from './message_port';
import type { Port, ToWindow, ToWorker } from './protocol';

export function openWorker(face: string): Port<ToWorker, ToWindow> {
  if ('SharedWorker' in globalThis) {
    const worker = new SharedWorker(new URL('./picture_worker.ts', import.meta.url), {
      type: 'module',
      name: `muster-picture-${face}`,
    });
    return messagePort<ToWorker, ToWindow>(worker.port);
  }
  const { port1, port2 } = new MessageChannel();
  makeSource().attach(messagePort(port2));
  return messagePort<ToWorker, ToWindow>(port1);
}
