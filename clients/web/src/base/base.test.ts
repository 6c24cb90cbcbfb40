import { create, toBinary } from '@bufbuild/protobuf';
import { anyPack } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, it, vi } from 'vitest';

import { ErrorDetailSchema, StatusDetailsSchema } from '../gen/muster/v1/error_pb';
import { backoffMs } from './backoff';
import { BuildWatch } from './build_watch';
import { lacksOf } from './device';
import { bearingDeg, distanceM, windOf } from './geo';
import { idBytes, idText, makeId } from './ids';
import { isTransient, isUnreachable, refusalOf } from './refusal';
import { MemoryValues } from './testing/memory_values';
import { TurnableClock } from './testing/turnable_clock';
import { clockText, fromMs, toMs } from './time';

describe('ids', () => {
  it('are UUIDs of version 7 that sort by time', () => {
    const early = makeId(1_700_000_000_000);
    const late = makeId(1_700_000_000_001);
    expect(early).toMatch(/^018bcfe5-6800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(early < late).toBe(true);
    expect(idText(idBytes(early) ?? new Uint8Array())).toBe(early);
    expect(idBytes('no')).toBeUndefined();
    expect(idBytes(`${early}0`)).toBeUndefined();
  });
});

describe('times', () => {
  it('go there and back', () => {
    expect(toMs(fromMs(1_700_000_000_123))).toBe(1_700_000_000_123);
    expect(toMs(fromMs(-1))).toBe(-1);
    expect(toMs(undefined)).toBeUndefined();
  });

  it('name the day only when it is another', () => {
    const noon = new Date(2026, 10, 24, 12, 0, 5).getTime();
    expect(clockText(noon, noon + 60_000)).toBe('12:00:05');
    expect(clockText(noon, noon + 86_400_000)).toBe('11-24 12:00:05');
  });
});

describe('backoffMs', () => {
  it('doubles from half a second to five, half of it random', () => {
    expect([0, 1, 2, 3, 4, 50].map((n) => backoffMs(n, 1))).toEqual([
      500, 1000, 2000, 4000, 5000, 5000,
    ]);
    expect(backoffMs(4, 0)).toBe(2500);
  });
});

describe('refusalOf', () => {
  it("reads code, arguments and field from the trailer's details", () => {
    const detail = create(ErrorDetailSchema, {
      reason: { code: 'field.too_long', args: { field: 'place', limit: '200' } },
      field: 'place',
    });
    const status = create(StatusDetailsSchema, { details: [anyPack(ErrorDetailSchema, detail)] });
    const base64 = btoa(String.fromCharCode(...toBinary(StatusDetailsSchema, status)));
    const error = new ConnectError('too long', Code.InvalidArgument, {
      'grpc-status-details-bin': base64,
    });
    expect(refusalOf(error)).toEqual({
      status: Code.InvalidArgument,
      code: 'field.too_long',
      args: { field: 'place', limit: '200' },
      field: 'place',
      message: 'too long',
    });
  });

  it('survives details that are not ours', () => {
    const error = new ConnectError('x', Code.Internal, { 'grpc-status-details-bin': '%%%' });
    expect(refusalOf(error)).toMatchObject({ status: Code.Internal, code: '' });
  });

  it('knows an answer from a hub that is away', () => {
    const away = refusalOf(new TypeError('Failed to fetch'));
    expect(isTransient(away)).toBe(true);
    expect(isUnreachable(away)).toBe(true);
    const journal = { ...away, status: Code.Unavailable, code: 'journal.unavailable' };
    expect(isTransient(journal)).toBe(true);
    expect(isUnreachable(journal)).toBe(false);
    expect(isTransient({ ...away, status: Code.Aborted })).toBe(false);
  });
});

describe('BuildWatch', () => {
  function watch(busy = false) {
    const clock = new TurnableClock();
    const reload = vi.fn();
    const ports = { clock, storage: new MemoryValues().windowOf(), reload, isBusy: () => busy };
    return { clock, reload, ports, builds: new BuildWatch(ports) };
  }

  it('reloads once when the hub is of another build', async () => {
    const { clock, reload, builds } = watch();
    builds.note('');
    builds.note('a');
    await clock.advance(5_000);
    expect(reload).not.toHaveBeenCalled();
    builds.note('b');
    builds.note('b');
    await clock.advance(5_000);
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('waits while somebody writes', async () => {
    const { clock, reload, ports } = watch();
    let busy = true;
    const builds = new BuildWatch({ ...ports, isBusy: () => busy });
    builds.note('a');
    builds.note('b');
    await clock.advance(10_000);
    expect(reload).not.toHaveBeenCalled();
    busy = false;
    await clock.advance(1_000);
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('does not spin between two hubs of different builds', async () => {
    const { clock, reload, ports } = watch();
    for (let page = 0; page < 5; page += 1) {
      const builds = new BuildWatch(ports);
      builds.note('a');
      builds.note('b');
      await clock.advance(5_000);
    }
    expect(reload).toHaveBeenCalledTimes(1);
  });
});

describe('geo', () => {
  const harbour = { latDeg: 38.93, lonDeg: 121.65 };

  it('measures distance and direction', () => {
    const oneMinuteNorth = { latDeg: 38.93 + 1 / 60, lonDeg: 121.65 };
    expect(distanceM(harbour, oneMinuteNorth)).toBeCloseTo(1853.2, 0);
    expect(bearingDeg(harbour, oneMinuteNorth)).toBeCloseTo(0, 6);
    expect(bearingDeg(harbour, { latDeg: 38.93, lonDeg: 121.6 })).toBeCloseTo(270, 0);
    expect(distanceM(harbour, harbour)).toBe(0);
  });

  it('names the wind', () => {
    expect([0, 44, 90, 181, 300, 359].map(windOf)).toEqual(['n', 'ne', 'e', 's', 'nw', 'n']);
  });
});

describe('lacksOf', () => {
  const h264 = { getCapabilities: () => ({ codecs: [{ mimeType: 'video/H264' }] }) } as never;
  const whole = {
    isSecureContext: true,
    navigator: { geolocation: {} } as Navigator,
    indexedDB: {} as IDBFactory,
    RTCPeerConnection: {},
    RTCRtpReceiver: h264,
  };

  it('finds nothing on a whole device', () => {
    expect(lacksOf('console', whole)).toEqual([]);
    expect(lacksOf('field', whole)).toEqual([]);
  });

  it('says what is missing, and only what the page needs', () => {
    const vp8 = { getCapabilities: () => ({ codecs: [{ mimeType: 'video/VP8' }] }) } as never;
    expect(lacksOf('console', { ...whole, RTCRtpReceiver: vp8 })).toEqual(['h264']);
    expect(lacksOf('console', { ...whole, RTCPeerConnection: undefined })).toEqual(['webrtc']);
    const bare = { isSecureContext: false, navigator: {} as Navigator };
    expect(lacksOf('field', bare)).toEqual(['secure', 'location', 'storage']);
  });
});
