// Entry of the SharedWorker.
import { makeSource } from './make_source';
import { messagePort } from './message_port';

interface WorkerScope {
  onconnect: ((event: MessageEvent) => void) | null;
}

const source = makeSource();
(globalThis as unknown as WorkerScope).onconnect = ({ ports: [port] }) => {
  if (port) source.attach(messagePort(port));
};
