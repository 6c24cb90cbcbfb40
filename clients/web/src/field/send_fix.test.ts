import { createRouterTransport } from '@connectrpc/connect';
import { describe, expect, it } from 'vitest';

import { toMs } from '../base/time';
import { type LocateTeamRequest, TeamService } from '../gen/muster/v1/team_service_pb';
import { sendFixBy } from './send_fix';

const atMs = Date.UTC(2026, 10, 24, 3, 12, 0);
const tenMinutesMs = 600_000;

describe('sendFixBy', () => {
  it.each([
    ['slow', -tenMinutesMs],
    ['fast', tenMinutesMs],
  ])('times the fix of a %s phone by the clock of the hub', async (_, clockOffsetMs) => {
    const heard: LocateTeamRequest[] = [];
    const transport = createRouterTransport(({ service }) =>
      service(TeamService, {
        locateTeam(request) {
          heard.push(request);
          return {};
        },
      }),
    );
    const send = sendFixBy(transport, () => clockOffsetMs);
    const fix = { latDeg: 38.9, lonDeg: 121.6, accuracyM: 5, headingDeg: undefined, speedMps: 0 };
    expect(await send({ ...fix, atMs })).toMatchObject({ ok: true });
    expect(heard.map(({ fixAt }) => toMs(fixAt))).toEqual([atMs - clockOffsetMs]);
  });
});
