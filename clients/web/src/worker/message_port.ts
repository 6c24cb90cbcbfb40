import type { Port } from './protocol';

export function messagePort<Out, In>(port: MessagePort): Port<Out, In> {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.onmessage = (event: MessageEvent<In>) => listener(event.data);
    },
  };
}
