// The console's own commands: where to look and what to open. What changes an incident or an order is in
// commands/.
import { businessCommands } from '../commands/all';
import { type Command, Commands, type Scene } from '../commands/command';
import { mayDispatch } from '../commands/roles';
import { deskRoomCommands, type RoomControls } from '../commands/room_commands';
import { mayOf } from '../ui/may';

/** What the commands move; the watch page gives it. */
export interface DeskControls {
  /** Whether the report form is open: its keys are its own then. */
  reporting: () => boolean;
  startReport: () => void;
  /** 1 to the next incident of the queue, -1 to the one before. */
  step: (by: 1 | -1) => void;
  focus: (what: 'log' | 'queue' | 'board' | 'grade') => void;
  /** Sends the nth recommended team, counted from 1. */
  orderSuggested: (n: number) => void;
  nearestCamera: () => void;
  toWall: () => void;
  back: () => void;
  showKeys: () => void;
}

export const suggestedDigits = [1, 2, 3, 4, 5, 6] as const;

export function consoleCommands(desk: DeskControls, rooms: RoomControls): Commands {
  const idle = () => !desk.reporting();
  const seesWork = (scene: Scene) => mayOf(scene.role).seeWork;
  const withIncident = (scene: Scene) => scene.incident !== undefined && !desk.reporting();
  const view = (
    id: string,
    keys: string,
    label: Command['label'],
    run: () => void,
    available: Command['available'] = idle,
  ): Command => ({ id, keys, label, available, disabled: () => undefined, run });
  const decides = (scene: Scene) => mayDispatch(scene.role) && idle();
  const ordering = (scene: Scene) => withIncident(scene) && mayDispatch(scene.role);
  return new Commands([
    view('console.report', 'n', 'console.command.report', () => desk.startReport(), decides),
    view('console.next', 'j', 'console.command.next', () => desk.step(1)),
    view('console.previous', 'k', 'console.command.previous', () => desk.step(-1)),
    ...suggestedDigits.map((n) =>
      view(
        `console.order_${String(n)}`,
        String(n),
        `console.command.order_${n}`,
        () => desk.orderSuggested(n),
        ordering,
      ),
    ),
    view(
      'console.log',
      'l',
      'console.command.log',
      () => desk.focus('log'),
      (scene) => withIncident(scene) && seesWork(scene),
    ),
    view('console.grade', 'g', 'console.command.grade', () => desk.focus('grade'), ordering),
    view(
      'console.camera',
      'b',
      'console.command.camera',
      () => desk.nearestCamera(),
      (scene) => withIncident(scene) && seesWork(scene),
    ),
    view('console.queue', 'q', 'console.command.queue', () => desk.focus('queue')),
    view('console.board', 'u', 'console.command.board', () => desk.focus('board')),
    view(
      'console.wall',
      'w',
      'console.command.wall',
      () => desk.toWall(),
      (scene) => idle() && seesWork(scene),
    ),
    view(
      'console.back',
      'escape',
      'console.command.back',
      () => desk.back(),
      () => true,
    ),
    view(
      'console.keys',
      '?',
      'console.command.keys',
      () => desk.showKeys(),
      () => true,
    ),
    ...deskRoomCommands(rooms, idle),
    ...businessCommands,
  ]);
}
