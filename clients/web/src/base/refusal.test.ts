import { create, toBinary } from '@bufbuild/protobuf';
import { anyPack } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, it } from 'vitest';

import { ErrorDetailSchema, StatusDetailsSchema } from '../gen/muster/v1/error_pb';
import { isTransient, isUnreachable, refusalOf } from './refusal';

describe('refusalOf', () => {
  it("reads code, arguments and field from the trailer's details", () => {
    const detail = create(ErrorDetailSchema, {
      reason: { code: 'field.too_long', args: { field: 'place', limit: '200' } },
      field: 'place',
    });
    const status = create(StatusDetailsSchema, { details: [anyPack(ErrorDetailSchema, detail)] });
    const base64 = btoa(String.fromCharCode(...toBinary(StatusDetailsSchema, status)));
    const error = new ConnectError('too long', Code.InvalidArgument, {
      'grpc-status-details-bin': base64,
    });
    expect(refusalOf(error)).toEqual({
      status: Code.InvalidArgument,
      code: 'field.too_long',
      args: { field: 'place', limit: '200' },
      field: 'place',
      message: 'too long',
    });
  });

  it('survives details that are not ours', () => {
    const error = new ConnectError('x', Code.Internal, { 'grpc-status-details-bin': '%%%' });
    expect(refusalOf(error)).toMatchObject({ status: Code.Internal, code: '' });
  });

  it('knows an answer from a hub that is away', () => {
    const away = refusalOf(new TypeError('Failed to fetch'));
    expect(isTransient(away)).toBe(true);
    expect(isUnreachable(away)).toBe(true);
    const journal = { ...away, status: Code.Unavailable, code: 'journal.unavailable' };
    expect(isTransient(journal)).toBe(true);
    expect(isUnreachable(journal)).toBe(false);
    expect(isTransient({ ...away, status: Code.Aborted })).toBe(false);
  });
});
