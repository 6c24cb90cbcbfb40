// A report while it is being written: plain data and what is still missing in it.
import { IncidentGrade, IncidentType } from '../gen/muster/v1/incident_pb';

export interface ReportDraft {
  type: IncidentType;
  grade: IncidentGrade;
  place: string;
  /** As typed: "30.01, 123.9". */
  coordinates: string;
  text: string;
}

export type MissingField = 'type' | 'coordinates' | 'place' | 'text';

export const emptyDraft: ReportDraft = {
  type: IncidentType.UNSPECIFIED,
  grade: IncidentGrade.UNSPECIFIED,
  place: '',
  coordinates: '',
  text: '',
};

/** The types in the order of their keys, which are the digits 1 to 9 and these letters. */
export const typeKeys = [
  [IncidentType.FIRE, 'F'],
  [IncidentType.FLOOD, 'W'],
  [IncidentType.MEDICAL, 'M'],
  [IncidentType.TRAFFIC, 'T'],
  [IncidentType.HAZMAT, 'H'],
  [IncidentType.FOREST_FIRE, 'L'],
  [IncidentType.RESCUE, 'R'],
  [IncidentType.PUBLIC_ORDER, 'P'],
  [IncidentType.OTHER, 'O'],
] as const;

/** The type that a digit or letter means. */
export function typeForKey(key: string): IncidentType | undefined {
  const digit = Number(key);
  if (key.length === 1 && digit >= 1) return typeKeys[digit - 1]?.[0];
  return typeKeys.find(([, letter]) => letter === key.toUpperCase())?.[0];
}

export const gradeKeys = [
  IncidentGrade.EXTREMELY_SERIOUS,
  IncidentGrade.SERIOUS,
  IncidentGrade.MAJOR,
  IncidentGrade.ORDINARY,
] as const;

export interface Coordinates {
  latDeg: number;
  lonDeg: number;
}

/** Latitude and longitude in degrees with a comma or a blank between; undefined when they are not. */
export function parseCoordinates(text: string): Coordinates | undefined {
  const parts = text
    .trim()
    .split(/[\s,，;；]+/)
    .filter((part) => part !== '');
  if (parts.length !== 2 || !parts.every((part) => /^[+-]?\d{1,3}(\.\d{1,12})?$/.test(part))) {
    return undefined;
  }
  const [latDeg = NaN, lonDeg = NaN] = parts.map(Number);
  if (Math.abs(latDeg) > 90 || Math.abs(lonDeg) > 180) return undefined;
  return { latDeg, lonDeg };
}

export const coordinatesText = (at: Coordinates): string =>
  `${at.latDeg.toFixed(5)}, ${at.lonDeg.toFixed(5)}`;

// The contract's bounds, in bytes of UTF-8.
export const placeBytes = 200;
export const textBytes = 4000;
export const byteLength = (text: string): number => new TextEncoder().encode(text).length;

/** The first field that keeps the report from being sent. */
export function missingIn(draft: ReportDraft): MissingField | undefined {
  if (draft.type === IncidentType.UNSPECIFIED) return 'type';
  if (byteLength(draft.place) > placeBytes) return 'place';
  if (!parseCoordinates(draft.coordinates)) return 'coordinates';
  if (byteLength(draft.text) > textBytes) return 'text';
  return undefined;
}
