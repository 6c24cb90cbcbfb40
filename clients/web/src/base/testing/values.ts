// Small values of the model for tests.
import { create } from '@bufbuild/protobuf';

import { PointSchema, ReasonSchema } from '../../gen/muster/v1/types_pb';

export const point = (latDeg: number, lonDeg: number) => create(PointSchema, { latDeg, lonDeg });

export const reason = (code: string, args: Record<string, string> = {}) =>
  create(ReasonSchema, { code, args });
