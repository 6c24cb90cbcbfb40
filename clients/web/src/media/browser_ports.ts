// The media client's ports in a browser.
import { systemClock } from '../base/clock';
import type { Session } from '../base/session';
import { type StreamHealth, StreamState } from '../gen/muster/v1/live_pb';
import type { Mirror } from '../picture/mirror';
import type { Http, Source, SourceOf } from './ports';
import type { PublisherPorts } from './publisher';
import type { ViewerPorts } from './viewer';

export function browserViewerPorts(session: Session, mirror: Mirror): ViewerPorts {
  return {
    clock: systemClock,
    random: Math.random,
    http: hubHttp(session),
    makePeer: () => new RTCPeerConnection({ bundlePolicy: 'max-bundle' }),
    source: sourceIn(mirror),
    pageVisible: () => document.visibilityState === 'visible',
  };
}

export function browserPublisherPorts(
  session: Session,
  mirror: Mirror,
  codecs: PublisherPorts['codecs'],
): PublisherPorts {
  const { clock, random, http, makePeer, source } = browserViewerPorts(session, mirror);
  return { clock, random, http, makePeer, source, codecs };
}

function hubHttp(session: Session): Http {
  return async (path, { headers, ticket, ...init }) => {
    const token = session.token();
    // With the log-in the hub has ended what it opened.
    if (token === undefined) throw new Error('nobody is logged in');
    const response = await fetch(path, {
      ...init,
      headers: { ...headers, authorization: `Bearer ${ticket ?? token}` },
    });
    if (response.status === 401 && ticket === undefined) session.expire(token);
    return {
      status: response.status,
      location: response.headers.get('location') ?? '',
      text: await response.text(),
    };
  };
}

const sourceIn =
  (mirror: Mirror): SourceOf =>
  (streamId) => {
    const health = mirror.get('streamHealth', streamId);
    const isCamera = mirror.get('stream', streamId) !== undefined;
    // Health goes a moment later than what it is about.
    if (!health || !(isCamera || mirror.ids(`participants.stream/${streamId}`).length > 0))
      return 'gone';
    const source = sourceBy[health.state];
    return isCamera || source !== 'flowing' || carries(health) ? source : 'silent';
  };

/** Packets of somebody who is muted and shows nothing reach the node, and nobody else. */
const carries = ({ fps, audioBitrateBps }: StreamHealth): boolean =>
  fps > 0 || audioBitrateBps > 0n;

const sourceBy: Record<StreamState, Source> = {
  [StreamState.UNSPECIFIED]: 'silent',
  [StreamState.IDLE]: 'silent',
  [StreamState.CONNECTING]: 'silent',
  [StreamState.LIVE]: 'flowing',
  [StreamState.STALLED]: 'silent',
  [StreamState.FAILED]: 'silent',
  [StreamState.UNSUPPORTED]: 'silent',
  [StreamState.NO_NODE]: 'no_node',
};
