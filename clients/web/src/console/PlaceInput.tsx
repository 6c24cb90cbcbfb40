// A place in words, with the known places that match (a combobox: arrows, Enter; either language).
import { type KeyboardEvent, useId, useState } from 'react';

import { useText } from '../i18n/text';
import { type CityMap, districtAt, findPlaces, type Place } from '../map/city';

interface Props {
  city: CityMap | undefined;
  value: string;
  onType: (text: string) => void;
  onPick: (place: Place) => void;
  /** Enter without a match. */
  onEnter: () => void;
}

const shown = 6;
const none: Place[] = [];

export function PlaceInput({ city, value, onType, onPick, onEnter }: Props) {
  const { t, language } = useText();
  const id = useId();
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const found = open && city ? findPlaces(city, value, shown) : none;
  const nameOf = (place: Place) => (language === 'zh' ? place.nameZh : place.nameEn);

  const pick = (place: Place) => {
    setOpen(false);
    onPick(place);
  };
  const keyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const place = found[active];
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        if (found.length === 0) return;
        event.preventDefault();
        setActive((active + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % found.length);
        return;
      case 'Enter':
        event.preventDefault();
        if (place) pick(place);
        else onEnter();
        return;
      case 'Escape':
        if (found.length === 0) return;
        event.stopPropagation();
        setOpen(false);
        return;
    }
  };

  return (
    <div className="field-line place-line">
      <label htmlFor={id}>{t('console.report.place')}</label>
      <input
        id={id}
        data-field="place"
        className="line-input"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={found[active] ? `${id}-${String(active)}` : undefined}
        autoComplete="off"
        value={value}
        maxLength={100}
        placeholder={t('console.report.place_hint')}
        onChange={(event) => {
          onType(event.target.value);
          setActive(0);
          setOpen(true);
        }}
        onKeyDown={keyDown}
        onBlur={() => setOpen(false)}
      />
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label={t('console.report.places')}
        className="places"
      >
        {found.map((place, i) => {
          const district = city && districtAt(city, place.latDeg, place.lonDeg);
          return (
            <li
              key={place.nameEn}
              id={`${id}-${String(i)}`}
              role="option"
              aria-selected={i === active}
              // Before the input's blur, which closes the list.
              onMouseDown={(event) => {
                event.preventDefault();
                pick(place);
              }}
            >
              {nameOf(place)}{' '}
              <span className="faint">
                {language === 'zh' ? place.nameEn : place.nameZh}
                {district && ` · ${language === 'zh' ? district.nameZh : district.nameEn}`}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
