// Arguments of reasons that are the model's own words ("forest-fire", "en-route") in the page's language.
import { IncidentGrade, IncidentType } from '../gen/muster/v1/incident_pb';
import { Capability, TeamStatus } from '../gen/muster/v1/team_pb';
import { capabilityText, incidentGradeText, incidentTypeText, teamStatusText } from './labels';
import type { TextKey, Words } from './text';

type Dictionary = ReadonlyMap<string, TextKey>;

// Enums as protobuf-es makes them: names by number and numbers by name.
function dictionary<E extends number>(names: object, texts: Record<E, TextKey>): Dictionary {
  return new Map(
    Object.entries(names)
      .filter((entry): entry is [string, E] => typeof entry[1] === 'number')
      .map(([name, value]) => [name.toLowerCase().replaceAll('_', '-'), texts[value]]),
  );
}

const fields: Dictionary = new Map<string, TextKey>([
  ['type', 'console.field.type'],
  ['grade', 'console.field.grade'],
  ['at', 'console.field.at'],
  ['place', 'console.field.place'],
  ['text', 'console.field.text'],
]);

/** Which argument is a word of which list. */
const byArgument = new Map<string, Dictionary>([
  ['type', dictionary(IncidentType, incidentTypeText)],
  ['grade', dictionary(IncidentGrade, incidentGradeText)],
  ['capability', dictionary(Capability, capabilityText)],
  ['status', dictionary(TeamStatus, teamStatusText)],
  ['fields', fields],
]);

export interface Said {
  code: string;
  args: Record<string, string>;
}

/** The sentence of a reason with the model's words said in the page's language. */
export function sayReason(reason: Said, { say, t, language }: Words): string {
  const args = Object.entries(reason.args).map(([name, value]) => {
    const words = byArgument.get(name);
    if (!words) return [name, value];
    const said = value.split(', ').map((word) => {
      const key = words.get(word);
      return key ? t(key) : word;
    });
    return [name, said.join(language === 'zh' ? '、' : ', ')];
  });
  return say({ code: reason.code, args: Object.fromEntries(args) as Record<string, string> });
}
