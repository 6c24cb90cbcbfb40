// How long kill_loop.spec.ts kills the hub, in seconds; 0 when it is not asked for.
export const killLoopS = Number(process.env['MUSTER_KILL_LOOP_S'] ?? 0);
