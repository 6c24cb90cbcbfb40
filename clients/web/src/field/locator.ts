// Sends where the team is: the newest fix every few seconds, with an honest state of it. A position is live,
// last-writer-wins: what could not be sent is dropped, the next one goes.
import type { Cancel, Clock } from '../base/clock';
import { every } from '../base/clock';
import type { Refusal } from '../base/refusal';
import type { Result } from '../base/result';
import { Value } from '../base/value';

const sendEveryMs = 5_000;
/** A receiver that stands still says nothing: then it is asked. */
const askAfterMs = 15_000;
/** The same fix again tells the hub that this device is there still; the fix keeps its own time. */
const repeatAfterMs = 15_000;

export interface Fix {
  latDeg: number;
  lonDeg: number;
  accuracyM: number;
  headingDeg: number | undefined;
  speedMps: number;
  /** Wall time in ms. */
  atMs: number;
}

export interface LocatorState {
  phase:
    /** Nobody is logged in, or the first fix is not there yet. */
    | 'waiting'
    /** The person or the device said no. */
    | 'refused'
    /** The receiver finds no position, or there is none. */
    | 'unavailable'
    | 'known';
  fix: Fix | undefined;
  /** When the hub took one last; wall time in ms. */
  sentAtMs: number | undefined;
  /** Why the last one was not taken. */
  trouble: Refusal | undefined;
}

export type GeolocationPort = Pick<
  Geolocation,
  'watchPosition' | 'clearWatch' | 'getCurrentPosition'
>;

export interface LocatorPorts {
  /** Undefined where the browser has none. */
  geolocation: GeolocationPort | undefined;
  clock: Clock;
  send: (fix: Fix) => Promise<Result<void>>;
}

const permissionDenied = 1;
const options: PositionOptions = { enableHighAccuracy: true, maximumAge: 2_000, timeout: 20_000 };

export class Locator {
  readonly state = new Value<LocatorState>({
    phase: 'waiting',
    fix: undefined,
    sentAtMs: undefined,
    trouble: undefined,
  });
  private sentFixMs = 0;
  private sending = false;

  constructor(private readonly ports: LocatorPorts) {}

  /** Answers how to end it. */
  start(): Cancel {
    const { geolocation, clock } = this.ports;
    if (!geolocation) {
      this.change({ phase: 'unavailable' });
      return () => undefined;
    }
    const watch = geolocation.watchPosition(this.found, this.failed, options);
    const stop = every(clock, sendEveryMs, () => this.turn(geolocation));
    return () => {
      geolocation.clearWatch(watch);
      stop();
    };
  }

  private readonly found = ({ coords, timestamp }: GeolocationPosition): void => {
    const first = this.state.get().fix === undefined;
    const fix: Fix = {
      latDeg: coords.latitude,
      lonDeg: coords.longitude,
      accuracyM: Math.min(coords.accuracy, 100_000),
      headingDeg: headingOf(coords),
      speedMps: Math.min(Math.max(coords.speed ?? 0, 0), 200),
      atMs: timestamp,
    };
    this.change({ phase: 'known', fix });
    if (first) void this.sendNewest();
  };

  private readonly failed = ({ code }: GeolocationPositionError): void => {
    if (code === permissionDenied) this.change({ phase: 'refused' });
    // With a fix from before, its growing age says it better.
    else if (this.state.get().phase === 'waiting') this.change({ phase: 'unavailable' });
  };

  private turn(geolocation: GeolocationPort): void {
    const { fix, phase } = this.state.get();
    const fixAgeMs = this.ports.clock.now() - (fix?.atMs ?? 0);
    if (fixAgeMs > askAfterMs && phase !== 'refused') {
      geolocation.getCurrentPosition(this.found, this.failed, { ...options, maximumAge: 0 });
    }
    void this.sendNewest();
  }

  private async sendNewest(): Promise<void> {
    const { fix } = this.state.get();
    const now = this.ports.clock.now();
    const repeat = now - (this.state.get().sentAtMs ?? 0) >= repeatAfterMs;
    if (!fix || this.sending || (fix.atMs <= this.sentFixMs && !repeat)) return;
    this.sending = true;
    const result = await this.ports.send(fix);
    this.sending = false;
    if (!result.ok) {
      this.change({ trouble: result.refusal });
      return;
    }
    this.sentFixMs = fix.atMs;
    this.change({ sentAtMs: this.ports.clock.now(), trouble: undefined });
  }

  private change(change: Partial<LocatorState>): void {
    this.state.set({ ...this.state.get(), ...change });
  }
}

function headingOf({ heading }: GeolocationCoordinates): number | undefined {
  if (heading === null || !Number.isFinite(heading)) return undefined;
  return ((heading % 360) + 360) % 360;
}
