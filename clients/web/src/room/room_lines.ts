// The timeline's sentences about a room, as the room itself shows them: which room it was needs no saying there.
import type { LogLine } from '../gen/muster/v1/incident_pb';
import type { TextKey, Words } from '../i18n/text';

const keys: Record<string, TextKey> = {
  'log.room_opened': 'room.line.opened',
  'log.room_joined': 'room.line.joined',
  'log.room_left': 'room.line.left',
  'log.room_lost': 'room.line.lost',
  'log.room_locked_out': 'room.line.locked_out',
  'log.room_muted': 'room.line.muted',
  'log.room_unmuted': 'room.line.unmuted',
  'log.room_removed': 'room.line.removed',
  'log.room_readmitted': 'room.line.readmitted',
  'log.room_camera_added': 'room.line.camera_added',
  'log.room_camera_removed': 'room.line.camera_removed',
  'log.room_closed': 'room.line.closed',
  'log.room_closed_empty': 'room.line.closed_empty',
  'log.room_closed_unused': 'room.line.closed_unused',
};

/** What Muster wrote, said in the room `roomId`; lines of anything else keep their whole sentence. */
export function sentenceInRoom({ aboutId, reason }: LogLine, roomId: string, words: Words): string {
  if (!reason) return '';
  const key = aboutId === roomId ? keys[reason.code] : undefined;
  return key ? words.t(key, reason.args) : words.say(reason);
}
