// The viewers of a page, one a stream, shared by the tiles that show it. A viewer outlives its last tile for
// a moment, so that a tile may move without a break.
import type { Cancel } from '../base/clock';
import { Viewer, type ViewerOptions, type ViewerPorts } from './viewer';

const lingerMs = 1_000;

interface Shared {
  viewer: Viewer;
  takers: number;
  cancelClose: Cancel | undefined;
}

export class Viewers {
  private readonly shared = new Map<string, Shared>();

  constructor(private readonly ports: ViewerPorts) {}

  /** Goes with one release(). What a stream carries is the same for everybody who takes it. */
  take(streamId: string, options: ViewerOptions = {}): Viewer {
    const entry = this.shared.get(streamId) ?? {
      viewer: new Viewer(streamId, this.ports, options),
      takers: 0,
      cancelClose: undefined,
    };
    this.shared.set(streamId, entry);
    entry.cancelClose?.();
    entry.takers += 1;
    return entry.viewer;
  }

  release(streamId: string): void {
    const entry = this.shared.get(streamId);
    if (!entry) return;
    entry.takers -= 1;
    if (entry.takers > 0) return;
    entry.cancelClose = this.ports.clock.after(lingerMs, () => void this.close(streamId));
  }

  /**
   * As release(), without the moment. `over`: the hub has ended the session, and nobody has to be told. Answers when the
   * node was told.
   */
  releaseNow(streamId: string, over: boolean): Promise<void> {
    const entry = this.shared.get(streamId);
    if (!entry) return Promise.resolve();
    entry.takers -= 1;
    return entry.takers > 0 ? Promise.resolve() : this.close(streamId, over);
  }

  /** The page goes away, or nobody is logged in any more. */
  closeAll(): void {
    for (const streamId of [...this.shared.keys()]) void this.close(streamId);
  }

  private close(streamId: string, over = false): Promise<void> {
    const entry = this.shared.get(streamId);
    entry?.cancelClose?.();
    this.shared.delete(streamId);
    return entry?.viewer.close(over) ?? Promise.resolve();
  }
}
