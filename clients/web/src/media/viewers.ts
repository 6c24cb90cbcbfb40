// The viewers of a page, one a stream, shared by the tiles that show it. A viewer outlives its last tile for
// a moment, so that a tile may move without a break.
import type { Cancel } from '../base/clock';
import { Viewer, type ViewerPorts } from './viewer';

const lingerMs = 1_000;

interface Shared {
  viewer: Viewer;
  takers: number;
  cancelClose: Cancel | undefined;
}

export class Viewers {
  private readonly shared = new Map<string, Shared>();

  constructor(private readonly ports: ViewerPorts) {}

  /** Goes with one release(). */
  take(streamId: string): Viewer {
    const entry = this.shared.get(streamId) ?? {
      viewer: new Viewer(streamId, this.ports),
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
    entry.cancelClose = this.ports.clock.after(lingerMs, () => this.close(streamId));
  }

  /** The page goes away, or nobody is logged in any more. */
  closeAll(): void {
    for (const streamId of [...this.shared.keys()]) this.close(streamId);
  }

  private close(streamId: string): void {
    this.shared.get(streamId)?.viewer.close();
    this.shared.delete(streamId);
  }
}
