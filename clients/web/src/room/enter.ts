// Going into a room: what may be done without asking anybody.
import type { Call, CallState } from './call_ports';

/** Whether the browser gives microphone and camera without a question. Browsers that do not say so count as asking. */
export async function devicesAllowed(permissions: Permissions | undefined): Promise<boolean> {
  if (!permissions) return false;
  try {
    const states = await Promise.all(
      ['microphone', 'camera'].map((name) => permissions.query({ name: name as PermissionName })),
    );
    return states.every(({ state }) => state === 'granted');
  } catch {
    return false; // The browser knows no such permission.
  }
}

export const hasDevice = ({ microphone, camera }: CallState): boolean =>
  microphone.phase === 'on' || camera.phase === 'on';

/** With microphone and camera; where the browser gives neither, the lobby says why instead. */
export async function enter(call: Call): Promise<void> {
  if (!hasDevice(call.state.get())) await call.openDevices();
  const state = call.state.get();
  if (state.phase === 'lobby' && hasDevice(state)) await call.join();
}
