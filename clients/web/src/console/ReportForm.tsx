// Reporting an incident: by keyboard alone (type by one key, place by name, text, Enter), or from a place
// that was clicked on the map. Stays beside the map, so that a click can still move the place.
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';

import { type TextKey, useText } from '../i18n/text';
import type { Place } from '../map/city';
import { useApp } from '../ui/app_context';
import { keysText } from '../ui/keys_text';
import { useDesk } from './desk_context';
import { NearbyIncident } from './NearbyIncident';
import { GradePicker, TypePicker } from './pickers';
import { PlaceInput } from './PlaceInput';
import {
  type Coordinates,
  coordinatesText,
  emptyDraft,
  missingIn,
  type MissingField,
  parseCoordinates,
  type ReportDraft,
} from './report_draft';

interface Props {
  draft: ReportDraft;
  onChange: (draft: ReportDraft) => void;
  /** The id of the incident that was reported. */
  onSent: (id: string) => void;
  onCancel: () => void;
  /** What the map is centred on, if it is drawn. */
  mapCentre: () => Coordinates | undefined;
}

const missingText: Record<MissingField, TextKey> = {
  type: 'console.report.missing_type',
  coordinates: 'console.report.missing_place',
  place: 'console.report.long_place',
  text: 'console.report.long_text',
};

export function ReportForm({ draft, onChange, onSent, onCancel, mapCentre }: Props) {
  const { t, language } = useText();
  const { acts } = useApp();
  const { city } = useDesk();
  const form = useRef<HTMLFormElement>(null);
  const [missing, setMissing] = useState<MissingField>();
  const [sending, setSending] = useState(false);
  const ids = { coordinates: useId(), text: useId(), missing: useId() };
  const change = (part: Partial<ReportDraft>) => {
    setMissing(undefined);
    onChange({ ...draft, ...part });
  };
  const focus = (name: string) =>
    form.current?.querySelector<HTMLElement>(`[data-field="${name}"]`)?.focus();

  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[data-field="type"]')?.focus();
  }, []);

  const send = async () => {
    const lacking = missingIn(draft);
    const at = parseCoordinates(draft.coordinates);
    if (lacking || !at) {
      setMissing(lacking);
      focus(lacking ?? 'coordinates');
      return;
    }
    setSending(true);
    const made = await acts.reportIncident({
      type: draft.type,
      at,
      grade: draft.grade,
      place: draft.place.trim(),
      text: draft.text.trim(),
    });
    onSent(made.id);
  };

  const pickPlace = (place: Place) => {
    change({
      place: language === 'zh' ? place.nameZh : place.nameEn,
      coordinates: coordinatesText(place),
    });
    focus('text');
  };

  const keyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onCancel();
    }
  };

  return (
    <form
      ref={form}
      className="report"
      aria-labelledby="report-title"
      noValidate
      onKeyDown={keyDown}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div className="row top">
        <h2 id="report-title" className="grow">
          {t('console.report.title')}
        </h2>
        <button type="button" className="quiet-button" onClick={() => onChange(emptyDraft)}>
          {t('console.report.clear')}
        </button>
        <button type="button" className="quiet-button" onClick={onCancel}>
          {t('console.report.cancel')} <kbd className="key">{keysText('escape')}</kbd>
        </button>
      </div>
      <TypePicker
        type={draft.type}
        onPick={(type) => {
          change({ type });
          focus('place');
        }}
      />
      <PlaceInput
        city={city}
        value={draft.place}
        onType={(place) => change({ place })}
        onPick={pickPlace}
        onEnter={() => focus(parseCoordinates(draft.coordinates) ? 'text' : 'coordinates')}
      />
      <div className="field-line">
        <label htmlFor={ids.coordinates}>{t('console.report.coordinates')}</label>
        <span className="row">
          <input
            id={ids.coordinates}
            data-field="coordinates"
            className="line-input num grow"
            value={draft.coordinates}
            inputMode="decimal"
            autoComplete="off"
            placeholder={t('console.report.coordinates_hint')}
            aria-invalid={missing === 'coordinates'}
            aria-describedby={missing === 'coordinates' ? ids.missing : undefined}
            onChange={(event) => change({ coordinates: event.target.value })}
          />
          <button
            type="button"
            className="quiet-button"
            onClick={() => {
              const at = mapCentre();
              if (at) change({ coordinates: coordinatesText(at) });
            }}
          >
            {t('console.report.map_centre')}
          </button>
        </span>
        <span className="faint">{t('console.report.click_map')}</span>
      </div>
      <NearbyIncident draft={draft} />
      <div className="field-line">
        <label htmlFor={ids.text}>{t('console.report.text')}</label>
        <textarea
          id={ids.text}
          data-field="text"
          rows={3}
          className="line-input"
          value={draft.text}
          placeholder={t('console.report.text_hint')}
          aria-invalid={missing === 'text'}
          onChange={(event) => change({ text: event.target.value })}
          onKeyDown={(event) => {
            // A line break takes Shift; while an input method composes, Enter is its own.
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            void send();
          }}
        />
      </div>
      <GradePicker grade={draft.grade} onPick={(grade) => change({ grade })} />
      <p id={ids.missing} role="alert" className={missing ? 'late-line' : undefined}>
        {missing && t(missingText[missing])}
      </p>
      <button type="submit" className="act-button wide primary" disabled={sending}>
        {t('console.report.send')} <kbd className="key">{keysText('enter')}</kbd>
      </button>
    </form>
  );
}
