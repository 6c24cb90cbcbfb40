// Plays people's sound, whether a tile shows them or not. A browser may want a click before it plays anything.
import type { Cancel } from '../base/clock';
import { type Readable, Value } from '../base/value';

/** An element that plays sound. */
export interface Player {
  /** Rejects with NotAllowedError when the browser wants a click first. */
  play(stream: MediaStream): Promise<void>;
  close(): void;
}

export class Loudspeaker {
  /** Something is held back until playAll() is called from a click. */
  readonly blocked = new Value(false);
  private readonly held = new Set<() => void>();

  constructor(private readonly makePlayer: () => Player) {}

  /** Plays whatever stream the value holds. */
  attach(sound: Readable<MediaStream | undefined>): Cancel {
    const player = this.makePlayer();
    const play = () => {
      const stream = sound.get();
      if (!stream) return;
      player.play(stream).then(
        () => this.release(play),
        (thrown: unknown) => {
          if (isNotAllowed(thrown)) this.hold(play);
        },
      );
    };
    const stop = sound.subscribe(play);
    play();
    return () => {
      stop();
      this.release(play);
      player.close();
    };
  }

  /** From a click. */
  playAll(): void {
    for (const play of [...this.held]) play();
  }

  private hold(play: () => void): void {
    this.held.add(play);
    this.blocked.set(true);
  }

  private release(play: () => void): void {
    this.held.delete(play);
    if (this.held.size === 0) this.blocked.set(false);
  }
}

const isNotAllowed = (thrown: unknown): boolean =>
  thrown instanceof DOMException && thrown.name === 'NotAllowedError';
