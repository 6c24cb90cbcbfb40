// How loud one's own microphone is.
/** The part of Web Audio that is used. */
export interface Ears {
  /** Root mean square of the track's newest samples, 0 to 1. */
  listen(track: MediaStreamTrack): { level: () => number; close: () => void };
  /** A browser may keep it silent before a click. */
  resume(): void;
  close(): void;
}

export class Meter {
  private listening: ReturnType<Ears['listen']> | undefined;

  constructor(private readonly ears: Ears) {}

  listenTo(track: MediaStreamTrack | undefined): void {
    this.listening?.close();
    this.listening = track && this.ears.listen(track);
  }

  level(): number {
    return this.listening?.level() ?? 0;
  }

  resume(): void {
    this.ears.resume();
  }

  close(): void {
    this.listenTo(undefined);
    this.ears.close();
  }
}
