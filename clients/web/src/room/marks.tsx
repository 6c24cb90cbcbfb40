// Signs of a person in a room; a word stands beside each, or is read aloud.
import type { Readable } from '../base/value';
import { useValue } from '../base/value';
import { useText } from '../i18n/text';

const stroke = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.6, strokeLinecap: 'round' };

export function MicrophoneSign({ off }: { off: boolean }) {
  return (
    <svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true" {...(stroke as object)}>
      <rect x="5.5" y="1.5" width="5" height="8" rx="2.5" />
      <path d="M3 7.5a5 5 0 0 0 10 0M8 12.5V15" />
      {off && <path d="M1.5 1.5L14.5 14.5" strokeWidth="2" />}
    </svg>
  );
}

export function CameraSign({ off }: { off: boolean }) {
  return (
    <svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true" {...(stroke as object)}>
      <rect x="1.2" y="4" width="9" height="8" rx="1" />
      <path d="M10.5 7.5L14.8 5V11L10.5 8.5" />
      {off && <path d="M1.5 1.5L14.5 14.5" strokeWidth="2" />}
    </svg>
  );
}

export function ChairMark() {
  const { t } = useText();
  return (
    <span className="person-mark">
      <span aria-hidden="true">◆</span> {t('room.chair')}
    </span>
  );
}

export function MutedMark() {
  const { t } = useText();
  return (
    <span className="person-mark">
      <MicrophoneSign off /> {t('room.muted')}
    </span>
  );
}

/** Three bars and the word; nothing while the person is silent. */
export function SpeakingMark({ speaking }: { speaking: Readable<boolean> }) {
  const { t } = useText();
  if (!useValue(speaking)) return null;
  return (
    <span className="person-mark speaking-mark">
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" fill="currentColor">
        <path d="M1 4H3V8H1ZM5 1H7V11H5ZM9 3H11V9H9Z" />
      </svg>{' '}
      {t('room.speaking')}
    </span>
  );
}
