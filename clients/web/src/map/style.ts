// The map's style: the city's ground, and the layers of what moves. Labels are few: text that collides
// is what a map pays for most.
import type {
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  StyleSpecification,
} from 'maplibre-gl';

import type { CityMap } from './city';
import { sourceNames } from './feed';
import type { Palette } from './palette';

export interface StyleOptions {
  city: CityMap;
  palette: Palette;
  language: 'zh' | 'en';
  attribution: string;
}

const kind = (name: string): FilterSpecification => ['==', ['get', 'kind'], name];
const both = (...filters: FilterSpecification[]) => ['all', ...filters] as FilterSpecification;
const is = (key: string, value: string | boolean): FilterSpecification => [
  '==',
  ['get', key],
  value,
];
const byZoom = (...stops: number[]) =>
  ['interpolate', ['exponential', 1.5], ['zoom'], ...stops] as ExpressionSpecification;
const font = ['Noto Sans Regular'];

export function mapStyle(options: StyleOptions): StyleSpecification {
  const empty = { type: 'FeatureCollection' as const, features: [] };
  const moving = sourceNames.map((name) => [
    name,
    { type: 'geojson' as const, data: empty, promoteId: 'id' },
  ]);
  return {
    version: 8,
    sources: {
      ground: {
        type: 'geojson',
        data: options.city.ground,
        attribution: options.attribution,
        tolerance: 0.2,
      },
      ...(Object.fromEntries(moving) as Record<string, { type: 'geojson'; data: typeof empty }>),
    },
    layers: [...groundLayers(options), ...movingLayers(options.palette)],
  };
}

function groundLayers({ palette: c, language }: StyleOptions): LayerSpecification[] {
  const name: ExpressionSpecification = ['get', language === 'zh' ? 'name_zh' : 'name_en'];
  const street = (
    id: string,
    filter: FilterSpecification,
    colour: string,
    width: ExpressionSpecification,
    more: { minzoom?: number } = {},
  ): LayerSpecification => ({
    id,
    type: 'line',
    source: 'ground',
    filter,
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': colour, 'line-width': width },
    ...more,
  });
  const side = both(kind('street'), is('class', 'street'));
  const main = both(kind('street'), is('class', 'main'));
  return [
    { id: 'sea', type: 'background', paint: { 'background-color': c.sea } },
    {
      id: 'land',
      type: 'fill',
      source: 'ground',
      filter: kind('land'),
      paint: { 'fill-color': c.land },
    },
    {
      id: 'green',
      type: 'fill',
      source: 'ground',
      filter: kind('green'),
      paint: {
        'fill-color': c.green,
        'fill-opacity': ['match', ['get', 'type'], ['hill', 'beach'], 0.5, 1],
      },
    },
    {
      id: 'water',
      type: 'fill',
      source: 'ground',
      filter: kind('water'),
      paint: { 'fill-color': c.sea },
    },
    {
      id: 'district-edge',
      type: 'line',
      source: 'ground',
      filter: kind('district'),
      paint: { 'line-color': c.line, 'line-width': 1, 'line-dasharray': [3, 3] },
    },
    street('side', side, c.street, byZoom(10.5, 0.4, 13, 1.2, 16, 5), { minzoom: 10.5 }),
    street(
      'bridge-rim',
      both(kind('street'), is('type', 'bridge')),
      c.sea,
      byZoom(10, 3, 13, 8, 16, 20),
    ),
    street('main', main, c.mainStreet, byZoom(9, 0.8, 12, 2, 14, 4, 16, 10)),
    {
      id: 'street-name',
      type: 'symbol',
      source: 'ground',
      filter: main,
      minzoom: 13.3,
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 500,
        'text-field': name,
        'text-font': font,
        'text-size': 11,
      },
      paint: { 'text-color': c.label, 'text-halo-color': c.land, 'text-halo-width': 1.5 },
    },
    {
      id: 'place',
      type: 'symbol',
      source: 'ground',
      filter: kind('place'),
      minzoom: 13,
      layout: { 'text-field': name, 'text-font': font, 'text-size': 11, 'text-padding': 8 },
      paint: { 'text-color': c.label, 'text-halo-color': c.land, 'text-halo-width': 1.2 },
    },
    {
      id: 'district-name',
      type: 'symbol',
      source: 'ground',
      filter: both(kind('label'), is('type', 'district')),
      maxzoom: 14.5,
      layout: {
        'text-field': name,
        'text-font': font,
        'text-size': 14,
        'text-letter-spacing': 0.12,
      },
      paint: { 'text-color': c.label, 'text-halo-color': c.land, 'text-halo-width': 1.5 },
    },
    {
      id: 'water-name',
      type: 'symbol',
      source: 'ground',
      filter: both(kind('label'), ['!=', ['get', 'type'], 'district']),
      layout: {
        'text-field': name,
        'text-font': font,
        'text-size': ['match', ['get', 'type'], 'sea', 17, 12],
        'text-letter-spacing': 0.3,
      },
      paint: { 'text-color': c.seaLabel },
    },
  ];
}

function movingLayers(c: Palette): LayerSpecification[] {
  const icons = {
    'icon-image': ['get', 'icon'] as ExpressionSpecification,
    'icon-allow-overlap': true,
    'icon-ignore-placement': true,
  };
  const label = (
    id: string,
    source: string,
    more: {
      colour: string | ExpressionSpecification;
      offset: [number, number];
      minzoom?: number;
      size?: number;
      overlap?: boolean;
      filter?: FilterSpecification;
    },
  ): LayerSpecification => ({
    id,
    type: 'symbol',
    source,
    ...(more.minzoom === undefined ? {} : { minzoom: more.minzoom }),
    ...(more.filter ? { filter: more.filter } : {}),
    layout: {
      'text-field': ['get', 'label'],
      'text-font': font,
      'text-size': more.size ?? 11.5,
      'text-anchor': 'left',
      'text-justify': 'left',
      'text-max-width': 30,
      'text-offset': more.offset,
      'text-allow-overlap': more.overlap ?? false,
    },
    paint: { 'text-color': more.colour, 'text-halo-color': c.ground, 'text-halo-width': 1.6 },
  });
  return [
    {
      id: 'link',
      type: 'line',
      source: 'links',
      layout: { 'line-cap': 'round' },
      paint: {
        'line-color': ['case', ['get', 'accepted'], c.act, c.muted],
        'line-width': 2.2,
        'line-dasharray': [3, 2],
      },
    },
    {
      id: 'selection',
      type: 'circle',
      source: 'selection',
      filter: ['!=', ['get', 'kind'], 'draft'],
      paint: {
        'circle-radius': 21,
        'circle-color': c.act,
        'circle-opacity': 0.14,
        'circle-stroke-color': c.act,
        'circle-stroke-width': 2,
      },
    },
    { id: 'cameras', type: 'symbol', source: 'cameras', layout: { ...icons } },
    {
      id: 'teams-late',
      type: 'circle',
      source: 'teams',
      filter: is('late', true),
      paint: {
        'circle-radius': 12,
        'circle-color': 'transparent',
        'circle-stroke-color': c.text,
        'circle-stroke-width': 2.5,
      },
    },
    {
      id: 'teams-tick',
      type: 'symbol',
      source: 'teams',
      filter: is('tick', true),
      layout: {
        ...icons,
        'icon-image': 'team-tick',
        'icon-rotate': ['get', 'heading'],
        'icon-rotation-alignment': 'map',
      },
    },
    {
      id: 'teams',
      type: 'symbol',
      source: 'teams',
      layout: {
        ...icons,
        'icon-rotate': ['match', ['get', 'icon'], 'team-moving', ['get', 'heading'], 0],
        'icon-rotation-alignment': 'map',
        'symbol-sort-key': ['get', 'rank'],
      },
    },
    {
      id: 'incidents-late',
      type: 'circle',
      source: 'incidents',
      filter: is('late', true),
      paint: {
        'circle-radius': 17,
        'circle-color': 'transparent',
        'circle-stroke-color': c.text,
        'circle-stroke-width': 2.5,
      },
    },
    {
      id: 'incidents',
      type: 'symbol',
      source: 'incidents',
      layout: {
        ...icons,
        'icon-size': ['case', ['get', 'contained'], 0.7, 1],
        'symbol-sort-key': ['get', 'rank'],
      },
    },
    {
      id: 'draft',
      type: 'symbol',
      source: 'selection',
      filter: is('kind', 'draft'),
      layout: { ...icons, 'icon-image': 'draft' },
    },
    label('camera-names', 'cameras', {
      colour: c.muted,
      offset: [0.8, 0],
      minzoom: 13.6,
      size: 11,
    }),
    label('team-names', 'teams', {
      colour: ['case', ['get', 'late'], c.text, ['get', 'old'], c.stale, c.muted],
      offset: [1.15, 0],
      minzoom: 11.2,
    }),
    label('incident-names', 'incidents', {
      colour: c.text,
      offset: [1.5, 0],
      size: 13,
      overlap: true,
    }),
  ];
}
