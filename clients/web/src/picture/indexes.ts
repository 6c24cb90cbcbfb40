// Which ordered lists exist, who is in them, and in which order.
import { IncidentStatus } from '../gen/muster/v1/incident_pb';
import { toMs } from '../base/time';
import { ParticipantStatus, RoomStatus } from '../gen/muster/v1/room_pb';
import type { Kind, Kinds } from './kinds';

export type IndexName =
  /** Not closed and no duplicate of another one, newest first. */
  | 'incidents.open'
  /** All that are in the picture, newest first. */
  | 'incidents.all'
  /** The duplicates that were merged into it, newest first. */
  | `incidents.merged/${string}`
  | 'teams'
  | 'cameras'
  | 'persons'
  /** Teams whose place is known. */
  | 'positions'
  | 'streamHealth'
  /** Oldest first. */
  | `orders.incident/${string}`
  /** Newest first. */
  | `orders.team/${string}`
  /** The parts of an order. */
  | `orders.parent/${string}`
  /** Not settled and not taken note of, oldest first. */
  | `escalations.incident/${string}`
  /** Those that last, oldest first. */
  | `responses.incident/${string}`
  /** In the order of recording. */
  | `figures.incident/${string}`
  /** Oldest first. */
  | `lines.incident/${string}`
  | `streams.camera/${string}`
  /** Open ones, newest first. */
  | 'rooms.open'
  /** Closed ones too, newest first. */
  | `rooms.incident/${string}`
  /** Who is in it, cameras included, in the order of joining. */
  | `participants.room/${string}`
  /** Those in a room under whose stream it is sent, or watched for a camera. */
  | `participants.stream/${string}`
  /** Everybody who is or was in it, in the order of joining. */
  | `stays.room/${string}`;

interface IndexRule<K extends Kind> {
  kind: K;
  /** The list that the entity belongs to, if any. */
  nameFor(entity: Kinds[K]): IndexName | undefined;
  compare(a: Kinds[K], b: Kinds[K]): number;
}

const names = new Intl.Collator('zh', { numeric: true });
const byName = (a: { name: string }, b: { name: string }) => names.compare(a.name, b.name);
const oldestFirst = (a: number | undefined, b: number | undefined) => (a ?? 0) - (b ?? 0);
const inNoOrder = () => 0;

const rule = <K extends Kind>(
  kind: K,
  nameFor: IndexRule<K>['nameFor'],
  compare: IndexRule<K>['compare'],
): IndexRule<K> => ({ kind, nameFor, compare });

export const indexRules = [
  rule(
    'incident',
    (it) =>
      it.status === IncidentStatus.CLOSED || it.mergedIntoId !== '' ? undefined : 'incidents.open',
    (a, b) => oldestFirst(toMs(b.reportedAt), toMs(a.reportedAt)),
  ),
  rule(
    'incident',
    () => 'incidents.all',
    (a, b) => oldestFirst(toMs(b.reportedAt), toMs(a.reportedAt)),
  ),
  rule(
    'incident',
    (it) => (it.mergedIntoId === '' ? undefined : `incidents.merged/${it.mergedIntoId}`),
    (a, b) => oldestFirst(toMs(b.reportedAt), toMs(a.reportedAt)),
  ),
  rule('team', () => 'teams', byName),
  rule('camera', () => 'cameras', byName),
  rule('person', () => 'persons', byName),
  rule('position', () => 'positions', inNoOrder),
  rule('streamHealth', () => 'streamHealth', inNoOrder),
  rule(
    'order',
    (it) => `orders.incident/${it.incidentId}`,
    (a, b) => oldestFirst(toMs(a.issuedAt), toMs(b.issuedAt)),
  ),
  rule(
    'order',
    (it) => `orders.team/${it.teamId}`,
    (a, b) => oldestFirst(toMs(b.issuedAt), toMs(a.issuedAt)),
  ),
  rule(
    'order',
    (it) => (it.parentId === '' ? undefined : `orders.parent/${it.parentId}`),
    (a, b) => oldestFirst(toMs(a.issuedAt), toMs(b.issuedAt)),
  ),
  rule(
    'escalation',
    (it) => (it.seenAt || it.settledAt ? undefined : `escalations.incident/${it.incidentId}`),
    (a, b) => oldestFirst(toMs(a.dueAt), toMs(b.dueAt)),
  ),
  rule(
    'response',
    (it) =>
      it.incidentId === '' || it.endedAt ? undefined : `responses.incident/${it.incidentId}`,
    (a, b) => oldestFirst(toMs(a.startedAt), toMs(b.startedAt)),
  ),
  rule(
    'figure',
    (it) => `figures.incident/${it.incidentId}`,
    (a, b) => oldestFirst(toMs(a.recordedAt), toMs(b.recordedAt)),
  ),
  rule(
    'logLine',
    (it) => `lines.incident/${it.incidentId}`,
    (a, b) => oldestFirst(toMs(a.at), toMs(b.at)),
  ),
  rule(
    'stream',
    (it) => `streams.camera/${it.cameraId}`,
    (a, b) => (a.rendition < b.rendition ? -1 : 1),
  ),
  rule(
    'room',
    (it) => (it.status === RoomStatus.OPEN ? 'rooms.open' : undefined),
    (a, b) => oldestFirst(toMs(b.openedAt), toMs(a.openedAt)),
  ),
  rule(
    'room',
    (it) => (it.incidentId === '' ? undefined : `rooms.incident/${it.incidentId}`),
    (a, b) => oldestFirst(toMs(b.openedAt), toMs(a.openedAt)),
  ),
  rule(
    'participant',
    (it) => (it.status === ParticipantStatus.JOINED ? `participants.room/${it.roomId}` : undefined),
    (a, b) => oldestFirst(toMs(a.joinedAt), toMs(b.joinedAt)),
  ),
  rule(
    'participant',
    (it) =>
      it.status === ParticipantStatus.JOINED ? `participants.stream/${it.streamId}` : undefined,
    (a, b) => oldestFirst(toMs(a.joinedAt), toMs(b.joinedAt)),
  ),
  rule(
    'participant',
    (it) => `stays.room/${it.roomId}`,
    (a, b) => oldestFirst(toMs(a.joinedAt), toMs(b.joinedAt)),
  ),
] as const;
