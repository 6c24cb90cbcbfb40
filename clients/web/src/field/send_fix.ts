import { createClient, type Transport } from '@connectrpc/connect';

import { refusalOf } from '../base/refusal';
import { done, refused } from '../base/result';
import { fromMs } from '../base/time';
import { TeamService } from '../gen/muster/v1/team_service_pb';
import type { LocatorPorts } from './locator';

/** Sends a fix for the caller's own team, timed by the hub's clock; `clockOffsetMs` is the device's minus that. */
export function sendFixBy(transport: Transport, clockOffsetMs: () => number): LocatorPorts['send'] {
  const teams = createClient(TeamService, transport);
  return async ({ latDeg, lonDeg, atMs, accuracyM, speedMps, headingDeg }) => {
    try {
      await teams.locateTeam({
        at: { latDeg, lonDeg },
        fixAt: fromMs(atMs - clockOffsetMs()),
        accuracyM,
        speedMps,
        ...(headingDeg === undefined ? {} : { headingDeg }),
      });
      return done(undefined);
    } catch (thrown) {
      return refused(refusalOf(thrown));
    }
  };
}
