// A refused call as data: the code and its arguments (the sentence is in the catalogue), and whether
// trying the same again may help.
import { fromBinary } from '@bufbuild/protobuf';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';

import { ErrorDetailSchema, StatusDetailsSchema } from '../gen/muster/v1/error_pb';

export interface Refusal {
  /** gRPC status. */
  status: Code;
  /** A catalogue code; empty when the answer carried none. */
  code: string;
  args: Record<string, string>;
  /** The request's field that was wrong, as its proto path; empty when no single one was. */
  field: string;
  /** English; only for what has no code. */
  message: string;
}

/** The call never got an answer from the hub, or one that says "not now". */
export function isTransient(refusal: Refusal): boolean {
  switch (refusal.status) {
    case Code.Unavailable:
    case Code.DeadlineExceeded:
    case Code.ResourceExhausted:
    case Code.Canceled:
      return true;
    case Code.Unknown:
      return refusal.code === '';
    case Code.InvalidArgument:
    case Code.NotFound:
    case Code.AlreadyExists:
    case Code.PermissionDenied:
    case Code.FailedPrecondition:
    case Code.Aborted:
    case Code.OutOfRange:
    case Code.Unimplemented:
    case Code.Internal:
    case Code.DataLoss:
    case Code.Unauthenticated:
      return false;
  }
}

export function refusalOf(thrown: unknown): Refusal {
  const error = ConnectError.from(thrown);
  const detail = error.findDetails(ErrorDetailSchema)[0] ?? detailFromTrailer(error);
  return {
    status: error.code,
    code: detail?.reason?.code ?? '',
    args: { ...detail?.reason?.args },
    field: detail?.field ?? '',
    message: error.rawMessage,
  };
}

// The trailer's bytes, for an answer whose details the transport did not read.
function detailFromTrailer(error: ConnectError) {
  const text = error.metadata.get('grpc-status-details-bin');
  if (text === null) return undefined;
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    const details = fromBinary(StatusDetailsSchema, bytes).details;
    return details.map((any) => anyUnpack(any, ErrorDetailSchema)).find((d) => d !== undefined);
  } catch {
    return undefined; // Not ours to read: the status still says what happened.
  }
}

/** No hub answered at all. */
export function isUnreachable(refusal: Refusal): boolean {
  return refusal.code === '' && isTransient(refusal);
}
