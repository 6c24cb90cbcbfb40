// The map as a component: attaches the stage and its feed, and passes on what was chosen. All that moves
// goes from the mirror to the stage outside React.
import './map.css';

import { useComputedColorScheme } from '@mantine/core';
import { type Ref, useEffect, useImperativeHandle, useMemo, useRef, useState } from 'react';

import type { Cancel } from '../base/clock';
import { Role } from '../gen/muster/v1/types_pb';
import { alertText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { onceLive } from '../picture/once_live';
import { useApp } from '../ui/app_context';
import { ageText } from '../ui/age_text';
import { LargeIcon } from '../ui/LargeIcon';
import type { CityMap } from './city';
import { type MapWords, placeOf, type Selection } from './features';
import { MapFeed } from './feed';
import { MapMissing } from './MapMissing';
import { readPalette } from './palette';
import type { MapStage } from './stage';

export interface MapHandle {
  /** What the map is centred on; undefined while it is not drawn. */
  centre(): { latDeg: number; lonDeg: number } | undefined;
}

interface Props {
  city: CityMap;
  selection: Selection;
  /** Where the report that is being written has its place. */
  draftAt: { latDeg: number; lonDeg: number } | undefined;
  onPick: (selection: NonNullable<Selection>) => void;
  onEmpty: (at: { latDeg: number; lonDeg: number }) => void;
  ref?: Ref<MapHandle>;
}

export function MapView({ city, selection, draftAt, onPick, onEmpty, ref }: Props) {
  const app = useApp();
  const { t, language } = useText();
  const scheme = useComputedColorScheme('dark');
  const element = useRef<HTMLDivElement>(null);
  const drawn = useRef<{ stage: MapStage; feed: MapFeed } | undefined>(undefined);
  const [failed, setFailed] = useState<'not loaded' | 'not drawn'>();
  const events = useRef({ onPick, onEmpty, selection });
  const words = useMemo<MapWords>(
    () => ({
      lastSeen: (ageMs) => {
        const { key, args } = ageText(ageMs);
        return t('console.map.last_seen', { age: t(key, args) });
      },
      neverSeen: () => t('console.map.never_seen'),
      late: (status) => t(alertText[status]),
    }),
    [t],
  );
  const look = useMemo(
    () => ({ scheme, language, attribution: t('console.map.attribution') }),
    [scheme, language, t],
  );
  const latest = useRef({ words, look, draftAt, label: t('console.map.label') });

  useEffect(() => {
    events.current = { onPick, onEmpty, selection };
    latest.current = { words, look, draftAt, label: t('console.map.label') };
  });

  useEffect(() => {
    let gone = false;
    let stopWaiting: Cancel | undefined;
    const load = () => {
      import('./stage').then(
        (part) => {
          if (gone) return;
          try {
            draw(part);
            setFailed(undefined);
          } catch (thrown) {
            console.warn('The map cannot be drawn.', thrown);
            setFailed('not drawn');
          }
        },
        (thrown: unknown) => {
          if (gone) return;
          console.warn('The map did not come.', thrown);
          setFailed('not loaded');
          stopWaiting = onceLive(app.link, load);
        },
      );
    };
    const draw = ({ MapStage }: typeof import('./stage')) => {
      if (!element.current) return;
      const stage = new MapStage(
        element.current,
        city,
        stageLook(latest.current.look),
        {
          picked: (picked) => events.current.onPick(picked),
          empty: (at) => events.current.onEmpty(at),
          ready: () => drawn.current?.feed.rebuildAll(),
        },
        latest.current.label,
      );
      const hubNow = () => app.clock.now() - app.link.get().clockOffsetMs;
      const feed = new MapFeed(
        app.mirror,
        stage,
        app.clock,
        hubNow,
        latest.current.words,
        app.session.current.get()?.person.role !== Role.PARTNER,
      );
      drawn.current = { stage, feed };
      feed.select(events.current.selection);
      feed.mark(latest.current.draftAt);
      feed.start();
    };
    load();
    return () => {
      gone = true;
      stopWaiting?.();
      drawn.current?.feed.stop();
      drawn.current?.stage.remove();
      drawn.current = undefined;
    };
  }, [app, city]);

  useEffect(() => drawn.current?.stage.restyle(stageLook(look)), [look]);
  useEffect(() => drawn.current?.feed.setWords(words), [words]);

  const { kind, id } = selection ?? { kind: undefined, id: undefined };
  useEffect(() => {
    const chosen: Selection = kind ? { kind, id } : undefined;
    drawn.current?.feed.select(chosen);
    const at = placeOf(app.mirror, chosen);
    if (at) drawn.current?.stage.show(at);
  }, [app, kind, id]);

  const { latDeg, lonDeg } = draftAt ?? {};
  useEffect(() => {
    const known = latDeg !== undefined && lonDeg !== undefined;
    drawn.current?.feed.mark(known ? { latDeg, lonDeg } : undefined);
  }, [latDeg, lonDeg]);

  useImperativeHandle(ref, () => ({ centre: () => drawn.current?.stage.centre() }), []);

  return (
    <div className="map">
      <div ref={element} className="map-stage" />
      {failed === 'not drawn' && <p className="map-notice">{t('console.map.no_webgl')}</p>}
      {failed === 'not loaded' && <MapMissing />}
      {!failed && (
        <div className="map-tools">
          <button
            type="button"
            aria-label={t('console.map.zoom_in')}
            onClick={() => drawn.current?.stage.zoomBy(1)}
          >
            {'+'}
          </button>
          <button
            type="button"
            aria-label={t('console.map.zoom_out')}
            onClick={() => drawn.current?.stage.zoomBy(-1)}
          >
            {'−'}
          </button>
          <button
            type="button"
            aria-label={t('console.map.whole')}
            title={t('console.map.whole')}
            onClick={() => drawn.current?.stage.showAll()}
          >
            <LargeIcon />
          </button>
        </div>
      )}
    </div>
  );
}

const stageLook = ({ language, attribution }: { language: 'zh' | 'en'; attribution: string }) => ({
  palette: readPalette(getComputedStyle(document.documentElement)),
  language,
  attribution,
});
