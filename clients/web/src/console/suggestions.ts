// Who could go, as the hub sees it: asked for anew when teams or orders change, and every 15 s since
// positions move. The last answer stays on show while the next one is under way.
import { createClient, type Transport } from '@connectrpc/connect';

import type { Cancel, Clock } from '../base/clock';
import { type Refusal, refusalOf } from '../base/refusal';
import { Value } from '../base/value';
import { type Suggestion, TeamService } from '../gen/muster/v1/team_service_pb';
import type { Mirror } from '../picture/mirror';

export interface SuggestState {
  suggestions: readonly Suggestion[] | undefined;
  /** Why the last question had no answer. */
  refusal: Refusal | undefined;
}

const againMs = 15_000;
const settleMs = 300;
const limit = 6;

export class Suggester {
  readonly state = new Value<SuggestState>({ suggestions: undefined, refusal: undefined });
  private cancels: Cancel[] = [];
  private cancelNext: Cancel | undefined;
  private abort: AbortController | undefined;

  constructor(
    private readonly incidentId: string,
    private readonly transport: Transport,
    private readonly mirror: Mirror,
    private readonly clock: Clock,
  ) {}

  start = (): Cancel => {
    const soon = () => this.askIn(settleMs);
    this.cancels = [this.mirror.watchKind('team', soon), this.mirror.watchKind('order', soon)];
    void this.ask();
    return () => {
      this.cancels.forEach((cancel) => cancel());
      this.cancelNext?.();
      this.abort?.abort();
    };
  };

  private askIn(delayMs: number): void {
    this.cancelNext?.();
    this.cancelNext = this.clock.after(delayMs, () => void this.ask());
  }

  private async ask(): Promise<void> {
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    try {
      const answer = await createClient(TeamService, this.transport).suggestTeams(
        { incidentId: this.incidentId, limit },
        { signal: abort.signal },
      );
      this.state.set({ suggestions: answer.suggestions, refusal: undefined });
    } catch (thrown) {
      if (abort.signal.aborted) return;
      this.state.set({ ...this.state.get(), refusal: refusalOf(thrown) });
    }
    this.askIn(againMs);
  }
}
