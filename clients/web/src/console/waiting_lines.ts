// What was written or ordered here for an incident and has not reached the hub: shown in its timeline as waiting.
import { fromBinary } from '@bufbuild/protobuf';

import { AddLogLineRequestSchema, IncidentService } from '../gen/muster/v1/incident_service_pb';
import { IssueOrderRequestSchema, OrderService } from '../gen/muster/v1/order_service_pb';
import type { Words } from '../i18n/text';
import type { Act } from '../outbox/act';
import { methodName } from '../outbox/methods';

export interface WaitingLine {
  id: string;
  doneAtMs: number;
  sentence: string;
}

const logMethod = methodName(IncidentService.method.addLogLine);
const orderMethod = methodName(OrderService.method.issueOrder);

/** Newest first; what the hub refused is told elsewhere. */
export function waitingLines(
  acts: readonly Act[],
  incidentId: string,
  { t }: Pick<Words, 't'>,
): WaitingLine[] {
  return acts
    .filter((act) => !act.refusal)
    .flatMap((act) => {
      const line = read(act);
      if (line?.incidentId !== incidentId) return [];
      const sentence = line.text ?? t(act.label.key, act.label.args);
      return [{ id: act.requestId, doneAtMs: act.doneAtMs, sentence }];
    })
    .reverse();
}

function read({ method, body }: Act): { incidentId: string; text?: string } | undefined {
  if (method === logMethod) return fromBinary(AddLogLineRequestSchema, body);
  if (method !== orderMethod) return undefined;
  return { incidentId: fromBinary(IssueOrderRequestSchema, body).incidentId };
}
