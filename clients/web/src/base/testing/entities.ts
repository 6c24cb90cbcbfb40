// Entities for tests: whole, with readable ids.
import { create, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';

import { CameraSchema, StreamSchema } from '../../gen/muster/v1/camera_pb';
import { IncidentSchema, IncidentStatus, LogLineSchema } from '../../gen/muster/v1/incident_pb';
import { PositionSchema, StreamHealthSchema } from '../../gen/muster/v1/live_pb';
import { OrderSchema, OrderStatus } from '../../gen/muster/v1/order_pb';
import {
  ParticipantSchema,
  ParticipantStatus,
  RoomSchema,
  RoomStatus,
} from '../../gen/muster/v1/room_pb';
import { TeamSchema, TeamStatus } from '../../gen/muster/v1/team_pb';
import type { Item } from '../../picture/kinds';
import type { Update } from '../../picture/update';
import { fromMs } from '../time';

type Init<S extends DescMessage> = Extract<MessageInitShape<S>, { $typeName?: never }> & {
  id: string;
};

/** "…000000000007": a UUID that says its number. */
export const uuid = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** A time in seconds after some midnight. */
export const at = (second: number) => fromMs(Date.UTC(2026, 10, 24) + second * 1000);

export const incident = (init: Init<typeof IncidentSchema>): Item => ({
  kind: 'incident',
  value: create(IncidentSchema, { version: 1, status: IncidentStatus.REPORTED, ...init }),
});

export const team = (init: Init<typeof TeamSchema>): Item => ({
  kind: 'team',
  value: create(TeamSchema, { version: 1, status: TeamStatus.AVAILABLE, ...init }),
});

export const order = (init: Init<typeof OrderSchema>): Item & { kind: 'order' } => ({
  kind: 'order',
  value: create(OrderSchema, { version: 1, status: OrderStatus.ISSUED, ...init }),
});

export const logLine = (init: Init<typeof LogLineSchema>): Item => ({
  kind: 'logLine',
  value: create(LogLineSchema, { version: 1, ...init }),
});

export const camera = (init: Init<typeof CameraSchema>): Item => ({
  kind: 'camera',
  value: create(CameraSchema, { version: 1, ...init }),
});

export const stream = (init: Init<typeof StreamSchema>): Item => ({
  kind: 'stream',
  value: create(StreamSchema, { version: 1, ...init }),
});

export const room = (init: Init<typeof RoomSchema>): Item & { kind: 'room' } => ({
  kind: 'room',
  value: create(RoomSchema, { version: 1, status: RoomStatus.OPEN, ...init }),
});

export const participant = (
  init: Init<typeof ParticipantSchema>,
): Item & { kind: 'participant' } => ({
  kind: 'participant',
  value: create(ParticipantSchema, { version: 1, status: ParticipantStatus.JOINED, ...init }),
});

export const streamHealth = (init: Init<typeof StreamHealthSchema>): Item => ({
  kind: 'streamHealth',
  value: create(StreamHealthSchema, { version: 1, ...init }),
});

export const position = (init: Init<typeof PositionSchema>): Item => ({
  kind: 'position',
  value: create(PositionSchema, { version: 1, ...init }),
});

export const update = (...upserts: Item[]): Update => ({ reset: false, upserts, removals: [] });
