// The kinds of the picture by the names that the generated oneofs give them.
import type { Agency } from '../gen/muster/v1/agency_pb';
import type { Camera, Stream } from '../gen/muster/v1/camera_pb';
import type { Entity, Live, Removal } from '../gen/muster/v1/entity_pb';
import type { Escalation } from '../gen/muster/v1/escalation_pb';
import type { Figure } from '../gen/muster/v1/figure_pb';
import type { Incident, LogLine } from '../gen/muster/v1/incident_pb';
import type {
  HubHealth,
  ParticipantState,
  Position,
  Presence,
  StreamHealth,
} from '../gen/muster/v1/live_pb';
import type { Order } from '../gen/muster/v1/order_pb';
import type { Person } from '../gen/muster/v1/person_pb';
import type { Response } from '../gen/muster/v1/response_pb';
import type { Participant, Room } from '../gen/muster/v1/room_pb';
import type { OrderPolicy, RunCard } from '../gen/muster/v1/rule_pb';
import type { Team } from '../gen/muster/v1/team_pb';
import { EntityKind } from '../gen/muster/v1/types_pb';
import type { Zone } from '../gen/muster/v1/zone_pb';

/** What a view can hold. Credentials, sessions and viewings are never in one. */
export interface Kinds {
  incident: Incident;
  response: Response;
  team: Team;
  order: Order;
  logLine: LogLine;
  figure: Figure;
  camera: Camera;
  stream: Stream;
  room: Room;
  participant: Participant;
  zone: Zone;
  agency: Agency;
  person: Person;
  runCard: RunCard;
  orderPolicy: OrderPolicy;
  escalation: Escalation;
  position: Position;
  presence: Presence;
  streamHealth: StreamHealth;
  participantState: ParticipantState;
  hubHealth: HubHealth;
}
export type Kind = keyof Kinds;

/** One entity with its kind: what the hub sends, what the mirror keeps. */
export type Item = { [K in Kind]: { kind: K; value: Kinds[K] } }[Kind];

const kindNumbers: Record<Kind, EntityKind> = {
  incident: EntityKind.INCIDENT,
  response: EntityKind.RESPONSE,
  team: EntityKind.TEAM,
  order: EntityKind.ORDER,
  logLine: EntityKind.LOG_LINE,
  figure: EntityKind.FIGURE,
  camera: EntityKind.CAMERA,
  stream: EntityKind.STREAM,
  room: EntityKind.ROOM,
  participant: EntityKind.PARTICIPANT,
  zone: EntityKind.ZONE,
  agency: EntityKind.AGENCY,
  person: EntityKind.PERSON,
  runCard: EntityKind.RUN_CARD,
  orderPolicy: EntityKind.ORDER_POLICY,
  escalation: EntityKind.ESCALATION,
  position: EntityKind.POSITION,
  presence: EntityKind.PRESENCE,
  streamHealth: EntityKind.STREAM_HEALTH,
  participantState: EntityKind.PARTICIPANT_STATE,
  hubHealth: EntityKind.HUB_HEALTH,
};

export const allKinds = Object.keys(kindNumbers) as Kind[];

/** The kind's byte in digests and its EntityKind in requests. */
export const kindNumber = (kind: Kind): EntityKind => kindNumbers[kind];

const firstLiveKind = 100;
export const isLive = (kind: Kind): boolean => (kindNumbers[kind] as number) >= firstLiveKind;

export function kindOf(removal: Removal): Kind | undefined {
  return allKinds.find((kind) => kindNumbers[kind] === removal.kind);
}

/** Undefined for a kind that this build does not know. */
export function itemOf(message: Entity | Live): Item | undefined {
  const { case: kind, value } = message.kind;
  const known = kind !== undefined && kind in kindNumbers;
  return known ? ({ kind, value } as Item) : undefined;
}
