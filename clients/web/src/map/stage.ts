// The one file that knows MapLibre's objects. Lives as long as its element is shown.
import 'maplibre-gl/dist/maplibre-gl.css';

import * as maplibregl from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { FeatureCollection } from 'geojson';

import type { CityMap } from './city';
import type { Selection } from './features';
import type { MapSink, SourceName } from './feed';
import type { Palette } from './palette';
import { drawMarks, pixelRatio } from './shapes';
import { mapStyle } from './style';

export interface StageLook {
  palette: Palette;
  language: 'zh' | 'en';
  attribution: string;
}

export interface StageEvents {
  picked(selection: NonNullable<Selection>): void;
  /** A click where nothing is. */
  empty(at: { latDeg: number; lonDeg: number }): void;
  /** The sources are there, and empty. Again after each change of look. */
  ready(): void;
}

const pickable = {
  incidents: 'incident',
  teams: 'team',
  cameras: 'camera',
} as const;
const pickPx = 9;
const marginDeg = 0.05;

export class MapStage implements MapSink {
  private readonly map: maplibregl.Map;

  /** Throws where WebGL is missing. */
  constructor(
    element: HTMLElement,
    private readonly city: CityMap,
    private look: StageLook,
    private readonly events: StageEvents,
    label: string,
  ) {
    maplibregl.setWorkerUrl(workerUrl);
    const [west, south, east, north] = city.bounds;
    this.map = new maplibregl.Map({
      container: element,
      style: this.style(),
      bounds: [west, south, east, north],
      maxBounds: [west - marginDeg, south - marginDeg, east + marginDeg, north + marginDeg],
      minZoom: 9.5,
      maxZoom: 17.5,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      attributionControl: { compact: false },
      fadeDuration: 0,
      locale: { 'Map.Title': label },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new maplibregl.ScaleControl({ maxWidth: 90 }), 'bottom-right');
    this.map.on('style.load', () => this.dress());
    this.map.on('click', (event) => this.clicked(event));
    this.map.on('mousemove', (event) => this.hover(event.point));
  }

  remove(): void {
    this.map.remove();
  }

  restyle(look: StageLook): void {
    this.look = look;
    this.map.setStyle(this.style(), { diff: false });
  }

  async update(source: SourceName, diff: maplibregl.GeoJSONSourceDiff): Promise<void> {
    await this.source(source)?.updateData(diff);
  }

  replace(source: SourceName, all: FeatureCollection): void {
    void this.source(source)?.setData(all);
  }

  /** Brings the place into view, only when it is out of view or asked to come close. */
  show(at: { latDeg: number; lonDeg: number }): void {
    const point = this.map.project([at.lonDeg, at.latDeg]);
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    const margin = 60;
    const inView =
      point.x > margin && point.y > margin && point.x < width - margin && point.y < height - margin;
    if (!inView) this.map.easeTo({ center: [at.lonDeg, at.latDeg], duration: 300 });
  }

  zoomBy(steps: number): void {
    this.map.zoomTo(this.map.getZoom() + steps, { duration: 200 });
  }

  showAll(): void {
    const [west, south, east, north] = this.city.bounds;
    this.map.fitBounds([west, south, east, north], { duration: 300 });
  }

  centre(): { latDeg: number; lonDeg: number } {
    const { lat, lng } = this.map.getCenter();
    return { latDeg: lat, lonDeg: lng };
  }

  private style() {
    return mapStyle({ city: this.city, ...this.look });
  }

  private dress(): void {
    for (const { name, ...image } of drawMarks(
      this.look.palette,
      document.createElement('canvas'),
    )) {
      if (!this.map.hasImage(name)) this.map.addImage(name, image, { pixelRatio });
    }
    this.events.ready();
  }

  private source(name: SourceName): maplibregl.GeoJSONSource | undefined {
    return this.map.getSource<maplibregl.GeoJSONSource>(name);
  }

  private clicked(event: maplibregl.MapMouseEvent): void {
    const found = this.pick(event.point);
    if (found) this.events.picked(found);
    else this.events.empty({ latDeg: event.lngLat.lat, lonDeg: event.lngLat.lng });
  }

  private hover(point: maplibregl.Point): void {
    this.map.getCanvas().style.cursor = this.pick(point) ? 'pointer' : 'crosshair';
  }

  private pick(point: maplibregl.Point): NonNullable<Selection> | undefined {
    const layers = Object.keys(pickable).filter((layer) => this.map.getLayer(layer));
    const features = this.map.queryRenderedFeatures(
      [
        [point.x - pickPx, point.y - pickPx],
        [point.x + pickPx, point.y + pickPx],
      ],
      { layers },
    );
    for (const [layer, kind] of Object.entries(pickable)) {
      const id: unknown = features.find((feature) => feature.layer.id === layer)?.properties['id'];
      if (typeof id === 'string') return { kind, id };
    }
    return undefined;
  }
}
