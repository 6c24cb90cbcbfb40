// Entry of the SharedWorker.
import { systemClock } from '../base/clock';
import { hubFrames } from './hub_frames';
import { messagePort } from './message_port';
import { PictureSource } from './picture_source';

interface WorkerScope {
  location: Location;
  onconnect: ((event: MessageEvent) => void) | null;
}
const scope = globalThis as unknown as WorkerScope;

const source = new PictureSource(systemClock, Math.random, hubFrames(scope.location.origin));
scope.onconnect = (event) => {
  const port = event.ports[0];
  if (port) source.attach(messagePort(port));
};
