// How this page calls the hub: gRPC-Web to where the page came from, with the caller's token.
import { Code, ConnectError, type Interceptor, type Transport } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';

const callTimeoutMs = 10_000;

export interface Caller {
  /** Undefined when nobody is logged in. */
  token(): string | undefined;
  /** The hub does not take this token any more. */
  refused(token: string): void;
}

export function hubTransport(origin: string, caller: Caller): Transport {
  return createGrpcWebTransport({
    baseUrl: origin,
    useBinaryFormat: true,
    defaultTimeoutMs: callTimeoutMs,
    interceptors: [withToken(caller)],
  });
}

function withToken(caller: Caller): Interceptor {
  return (next) => async (request) => {
    const token = caller.token();
    if (token !== undefined) request.header.set('authorization', `Bearer ${token}`);
    try {
      return await next(request);
    } catch (thrown) {
      const error = ConnectError.from(thrown);
      if (token !== undefined && error.code === Code.Unauthenticated) caller.refused(token);
      throw error;
    }
  };
}
