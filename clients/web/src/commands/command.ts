// A command is data: what it is called, which keys, whether it belongs here, why not now, what it does. The
// registry is shared by buttons, shortcuts and menus.
import type { Acts } from '../outbox/acts';
import type { Incident } from '../gen/muster/v1/incident_pb';
import type { Order } from '../gen/muster/v1/order_pb';
import type { Room } from '../gen/muster/v1/room_pb';
import type { Role } from '../gen/muster/v1/types_pb';
import type { Text, TextKey } from '../i18n/text';
import type { CallState } from '../room/call_ports';

/** What a command looks at: who acts and what is selected. Nothing in it changes by itself. */
export interface Scene {
  role: Role;
  incident?: Incident | undefined;
  /** Orders of the incident that have not ended. */
  openOrders: readonly Order[];
  order?: Order | undefined;
  /** Open rooms of the incident, newest first. */
  openRooms?: readonly Room[];
  /** The call that this window is in, or about to join: of it what decides about commands. */
  call?: Pick<CallState, 'roomId' | 'phase' | 'microphone' | 'camera'> | undefined;
  /** The room on the page. */
  room?: Room | undefined;
  /** The caller may mute, remove and close in the room on the page. */
  chairs?: boolean;
}

export interface Command {
  /** "incident.verify"; unique. */
  id: string;
  label: TextKey;
  /** One key or chord as in keys.ts ("v", "shift+c", "mod+enter"); unique. */
  keys?: string;
  /** Whether it makes sense at all for this role and selection; if not, it is not shown. */
  available: (scene: Scene) => boolean;
  /** Why it cannot be done now; undefined when it can. */
  disabled: (scene: Scene) => Text | undefined;
  /** Only when available and not disabled. */
  run: (scene: Scene, acts: Acts) => void;
}

export class Commands {
  private readonly byId = new Map<string, Command>();
  private readonly byKeys = new Map<string, Command>();

  /** Throws when two commands share an id or a key: a mistake in the source, found by a test. */
  constructor(readonly all: readonly Command[]) {
    for (const command of all) {
      claim(this.byId, command.id, command);
      if (command.keys !== undefined) claim(this.byKeys, command.keys, command);
    }
  }

  get(id: string): Command | undefined {
    return this.byId.get(id);
  }

  forKeys(keys: string): Command | undefined {
    return this.byKeys.get(keys);
  }

  availableIn(scene: Scene): Command[] {
    return this.all.filter((command) => command.available(scene));
  }
}

/** Runs it if it can be run; answers whether it was. */
export function runCommand(command: Command, scene: Scene, acts: Acts): boolean {
  if (!command.available(scene) || command.disabled(scene)) return false;
  command.run(scene, acts);
  return true;
}

function claim(taken: Map<string, Command>, name: string, command: Command): void {
  const other = taken.get(name);
  if (other) throw new Error(`${command.id} and ${other.id} both claim "${name}"`);
  taken.set(name, command);
}
