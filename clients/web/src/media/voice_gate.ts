// Whether somebody speaks, from how loud it is: starts with a syllable, ends with a pause, ignores a click.
const opensAt = 0.03;
const staysAbove = 0.015;
/** A click is shorter. */
const opensAfterMs = 150;
/** Between words it is quiet for less. */
const closesAfterMs = 900;

export class VoiceGate {
  private loudSinceMs: number | undefined;
  private lastHeardMs = -Infinity;
  private open = false;

  /** `level` is 0 to 1, as in RTCRtpContributingSource. */
  hear(level: number, nowMs: number): boolean {
    if (level >= opensAt) this.loudSinceMs ??= nowMs;
    else this.loudSinceMs = undefined;
    if (level > staysAbove) this.lastHeardMs = nowMs;
    if (this.open) this.open = nowMs - this.lastHeardMs < closesAfterMs;
    else this.open = this.loudSinceMs !== undefined && nowMs - this.loudSinceMs >= opensAfterMs;
    return this.open;
  }
}
