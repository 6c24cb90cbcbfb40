// A page's calls with the ports of a browser; app.ts calls this.
import type { Transport } from '@connectrpc/connect';

import type { Clock } from '../base/clock';
import type { Session } from '../base/session';
import type { KeyValues } from '../base/storage';
import { audioEars, audioPlayer, mediaPort, pictureCodecsHere } from '../media/browser_media';
import { browserPublisherPorts } from '../media/browser_ports';
import { Devices } from '../media/devices';
import { Loudspeaker } from '../media/loudspeaker';
import { Meter } from '../media/meter';
import { Publisher } from '../media/publisher';
import { lightPort, ScreenLight } from '../media/screen_light';
import type { Viewers } from '../media/viewers';
import type { Acts } from '../outbox/acts';
import type { Outbox } from '../outbox/outbox';
import type { Mirror } from '../picture/mirror';
import { RoomCalls } from './calls';
import { claimByLock, OwnWindow } from './own_window';
import { roomApi } from './room_api';
import { RoomCall } from './room_call';

export interface CallsNeeds {
  clock: Clock;
  /** This window's, across its reloads. */
  storage: KeyValues;
  session: Session;
  transport: Transport;
  mirror: Mirror;
  viewers: Viewers;
  outbox: Outbox;
  acts: Acts;
}

export function makeCalls(needs: CallsNeeds): RoomCalls {
  const { clock, storage, session, transport, mirror, viewers, outbox, acts } = needs;
  const api = roomApi(transport);
  const publisherPorts = browserPublisherPorts(session, mirror, pictureCodecsHere);
  const personId = () => session.current.get()?.person.id ?? '';
  const window = new OwnWindow(storage, claimByLock);
  return new RoomCalls({
    clock,
    storage,
    makeCall: (roomId, start, seatIsFree) =>
      new RoomCall(
        roomId,
        {
          clock,
          random: Math.random,
          api,
          mirror,
          personId,
          viewers,
          acts,
          dismiss: (requestId) => outbox.dismiss(requestId),
          devices: new Devices(mediaPort()),
          publisher: new Publisher(publisherPorts),
          loudspeaker: new Loudspeaker(audioPlayer),
          light: new ScreenLight(lightPort()),
          makeMeter: () => new Meter(audioEars()),
          makePicture: (track) => new MediaStream([track]),
          window,
        },
        start,
        seatIsFree,
      ),
  });
}
