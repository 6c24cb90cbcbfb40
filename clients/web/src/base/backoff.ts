const firstMs = 500;
const lastMs = 5_000;

/** How long to wait after `failures` earlier ones: doubling from 0.5 s to 5 s, of which half is random. */
export function backoffMs(failures: number, random: number): number {
  const full = Math.min(lastMs, firstMs * 2 ** Math.min(failures, 10));
  return full / 2 + (full / 2) * random;
}
