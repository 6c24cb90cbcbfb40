// Keeps the screen of a phone on: one that goes dark suspends the page, and others see its person as gone.
import type { Cancel } from '../base/clock';

/** Of a browser; undefined where it has no such thing, or the page is not secure. */
export interface LightPort {
  /** Rejects while the page is hidden, or the battery is low. The browser lets go of it when the page is hidden. */
  request: () => Promise<{ release: () => Promise<void> }>;
  /** Runs when the page is seen again. */
  onSeen: (run: () => void) => Cancel;
}

export class ScreenLight {
  private on = false;
  private held: { release: () => Promise<void> } | undefined;
  private stopWatching: Cancel = () => undefined;

  constructor(private readonly port: LightPort | undefined) {}

  keep(on: boolean): void {
    if (on === this.on || !this.port) return;
    this.on = on;
    this.stopWatching();
    if (on) {
      this.stopWatching = this.port.onSeen(() => void this.ask());
      void this.ask();
    } else {
      this.letGo();
    }
  }

  private async ask(): Promise<void> {
    const light = await this.port?.request().catch(() => undefined);
    this.letGo();
    this.held = light;
    if (!this.on) this.letGo();
  }

  private letGo(): void {
    // One that the browser has let go of already does not mind.
    void this.held?.release().catch(() => undefined);
    this.held = undefined;
  }
}

export const lightPort = (): LightPort | undefined =>
  'wakeLock' in navigator
    ? {
        request: () => navigator.wakeLock.request('screen'),
        onSeen(run) {
          const look = () => {
            if (document.visibilityState === 'visible') run();
          };
          document.addEventListener('visibilitychange', look);
          return () => document.removeEventListener('visibilitychange', look);
        },
      }
    : undefined;
