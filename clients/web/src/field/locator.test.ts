import { Code } from '@connectrpc/connect';
import { beforeEach, describe, expect, it } from 'vitest';

import { settle, TurnableClock } from '../base/testing/turnable_clock';
import { done, refused, type Result } from '../base/result';
import { refusal } from '../outbox/testing';
import { type Fix, type GeolocationPort, Locator } from './locator';

class FakeReceiver implements GeolocationPort {
  asked = 0;
  watching = false;
  private found: PositionCallback = () => undefined;
  private failed: PositionErrorCallback = () => undefined;

  watchPosition(found: PositionCallback, failed?: PositionErrorCallback | null): number {
    this.watching = true;
    this.found = found;
    this.failed = failed ?? this.failed;
    return 1;
  }

  clearWatch(): void {
    this.watching = false;
  }

  getCurrentPosition(): void {
    this.asked += 1;
  }

  find(timestamp: number, coords: Partial<GeolocationCoordinates> = {}): void {
    const whole = { latitude: 38.9, longitude: 121.6, accuracy: 8, heading: null, speed: null };
    this.found({ timestamp, coords: { ...whole, ...coords } } as GeolocationPosition);
  }

  fail(code: number): void {
    this.failed({ code } as GeolocationPositionError);
  }
}

let clock: TurnableClock;
let receiver: FakeReceiver;
let sent: Fix[];
let answer: Result<void>;
let locator: Locator;

beforeEach(() => {
  clock = new TurnableClock();
  receiver = new FakeReceiver();
  sent = [];
  answer = done(undefined);
  locator = new Locator({
    geolocation: receiver,
    clock,
    send: (fix) => {
      sent.push(fix);
      return Promise.resolve(answer);
    },
  });
});

describe('Locator', () => {
  it('sends the first fix at once and then the newest every few seconds', async () => {
    locator.start();
    receiver.find(clock.now());
    await settle();
    expect(sent).toHaveLength(1);
    expect(locator.state.get()).toMatchObject({ phase: 'known', sentAtMs: clock.now() });
    await clock.advance(1_000);
    receiver.find(clock.now(), { latitude: 38.91 });
    await clock.advance(1_000);
    receiver.find(clock.now(), { latitude: 38.92 });
    await clock.advance(3_000);
    expect(sent.map(({ latDeg }) => latDeg)).toEqual([38.9, 38.92]);
  });

  it('asks a receiver that has nothing new to say', async () => {
    locator.start();
    receiver.find(clock.now());
    await clock.advance(15_000);
    expect(receiver.asked).toBe(0);
    expect(sent).toHaveLength(2); // The same fix again: still there.
    await clock.advance(5_000);
    expect(receiver.asked).toBe(1);
    expect(sent[1]).toEqual(sent[0]);
  });

  it('says what the hub said, and sends again', async () => {
    answer = refused(refusal(Code.Unavailable));
    locator.start();
    receiver.find(clock.now());
    await settle();
    expect(locator.state.get()).toMatchObject({ sentAtMs: undefined, trouble: { status: 14 } });
    answer = done(undefined);
    await clock.advance(5_000);
    expect(locator.state.get()).toMatchObject({ sentAtMs: clock.now(), trouble: undefined });
  });

  it.each([
    [1, 'refused'],
    [2, 'unavailable'],
    [3, 'unavailable'],
  ])('says of error %i that the position is %s', (code, phase) => {
    locator.start();
    receiver.fail(code);
    expect(locator.state.get().phase).toBe(phase);
  });

  it('keeps a known position through a time-out', () => {
    locator.start();
    receiver.find(clock.now());
    receiver.fail(3);
    expect(locator.state.get().phase).toBe('known');
  });

  it('brings what a receiver says into the bounds of the contract', async () => {
    locator.start();
    receiver.find(clock.now(), { heading: 360, speed: -1, accuracy: 2e6 });
    await settle();
    expect(sent[0]).toMatchObject({ headingDeg: 0, speedMps: 0, accuracyM: 100_000 });
  });

  it('says so where there is no receiver, and stops when told', async () => {
    const without = new Locator({
      geolocation: undefined,
      clock,
      send: () => Promise.resolve(answer),
    });
    without.start();
    expect(without.state.get().phase).toBe('unavailable');

    const stop = locator.start();
    receiver.find(clock.now());
    stop();
    expect(receiver.watching).toBe(false);
    const before = sent.length;
    receiver.find(clock.now() + 1);
    await clock.advance(20_000);
    expect(sent).toHaveLength(before);
  });
});
