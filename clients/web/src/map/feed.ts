// Feeds the map from the mirror, outside React: collects the ids that updates touched, and a few times
// a second tells each source what changed. A source that throws gets everything anew from the mirror.
import { type Cancel, type Clock, every } from '../base/clock';
import type { FeatureCollection } from 'geojson';
import type { GeoJSONSourceDiff } from 'maplibre-gl';

import type { Mirror } from '../picture/mirror';
import { Differences, type MapFeature } from './differences';
import {
  cameraFeature,
  draftFeature,
  incidentFeature,
  linkFeature,
  type MapWords,
  type Selection,
  selectionFeature,
  teamFeature,
} from './features';

export const sourceNames = ['links', 'cameras', 'incidents', 'teams', 'selection'] as const;
export type SourceName = (typeof sourceNames)[number];

/** The map's side. update may fail, at once or later; replace must not. */
export interface MapSink {
  update(source: SourceName, diff: GeoJSONSourceDiff): Promise<void>;
  replace(source: SourceName, all: FeatureCollection): void;
}

const drawEveryMs = 250;
const lookAgainEveryMs = 5_000;

export class MapFeed {
  private readonly differences = new Map(sourceNames.map((name) => [name, new Differences()]));
  private readonly dirty = new Map(sourceNames.map((name) => [name, new Set<string>()]));
  private readonly cancels: Cancel[] = [];
  private pending: Cancel | undefined;
  private selection: Selection;
  private draftAt: { latDeg: number; lonDeg: number } | undefined;
  private stopped = false;

  constructor(
    private readonly mirror: Mirror,
    private readonly sink: MapSink,
    private readonly clock: Clock,
    /** The hub's time, by which ages count. */
    private readonly hubNow: () => number,
    private words: MapWords,
    /** Where positions are withheld, a team at its home would be a guess. */
    private readonly seesPositions = true,
  ) {}

  start(): void {
    const { mirror } = this;
    const watch = (kind: Parameters<Mirror['watchKind']>[0], touch: (id: string) => void) =>
      this.cancels.push(
        mirror.watchKind(kind, (ids) => {
          ids.forEach(touch);
          this.touch('selection', 'selection');
        }),
      );
    watch('team', (id) => this.touch('teams', id));
    watch('position', (id) => {
      this.touch('teams', id);
      for (const orderId of mirror.ids(`orders.team/${id}`)) this.touch('links', orderId);
    });
    watch('order', (id) => {
      this.touch('links', id);
      const order = mirror.get('order', id);
      if (!order) return;
      this.touch('teams', order.teamId);
      this.touch('incidents', order.incidentId);
    });
    watch('incident', (id) => this.touch('incidents', id));
    watch('camera', (id) => this.touch('cameras', id));
    watch('streamHealth', (id) => {
      const stream = mirror.get('stream', id);
      if (stream) this.touch('cameras', stream.cameraId);
    });
    // Time alone makes positions old and orders late.
    this.cancels.push(every(this.clock, lookAgainEveryMs, () => this.lookAgain()));
    this.rebuildAll();
  }

  stop(): void {
    this.stopped = true;
    this.pending?.();
    this.pending = undefined;
    for (const cancel of this.cancels.splice(0)) cancel();
  }

  select(selection: Selection): void {
    this.selection = selection;
    this.rebuild('links');
    this.rebuild('selection');
  }

  /** Where the report that is being written has its place. */
  mark(at: { latDeg: number; lonDeg: number } | undefined): void {
    this.draftAt = at;
    this.rebuild('selection');
  }

  setWords(words: MapWords): void {
    this.words = words;
    this.lookAgain();
  }

  rebuildAll(): void {
    for (const name of sourceNames) this.rebuild(name);
  }

  private lookAgain(): void {
    for (const name of ['teams', 'incidents'] as const) {
      for (const id of this.wanted(name)) this.touch(name, id);
    }
  }

  private touch(source: SourceName, id: string): void {
    this.dirty.get(source)?.add(id);
    this.pending ??= this.clock.after(drawEveryMs, () => this.draw());
  }

  private draw(): void {
    this.pending = undefined;
    for (const name of sourceNames) {
      const ids = this.dirty.get(name);
      if (!ids || ids.size === 0) continue;
      this.dirty.set(name, new Set());
      const diff = this.differences.get(name)?.step(ids, (id) => this.featureOf(name, id));
      if (!diff) continue;
      void this.tell(name, diff);
    }
  }

  private async tell(name: SourceName, diff: GeoJSONSourceDiff): Promise<void> {
    try {
      await this.sink.update(name, diff);
    } catch {
      if (!this.stopped) this.rebuild(name);
    }
  }

  private rebuild(name: SourceName): void {
    this.dirty.get(name)?.clear();
    const all = this.differences
      .get(name)
      ?.rebuild(this.wanted(name), (id) => this.featureOf(name, id));
    if (all) this.sink.replace(name, all);
  }

  private wanted(name: SourceName): readonly string[] {
    switch (name) {
      case 'teams':
        return this.mirror.ids('teams');
      case 'incidents':
        return this.mirror.ids('incidents.open');
      case 'cameras':
        return this.mirror.ids('cameras');
      case 'links':
        return this.selection?.kind === 'incident'
          ? this.mirror.ids(`orders.incident/${this.selection.id}`)
          : [];
      case 'selection':
        return ['selection', 'draft'];
    }
  }

  private featureOf(name: SourceName, id: string): MapFeature | undefined {
    const { mirror, selection } = this;
    switch (name) {
      case 'teams':
        if (!this.seesPositions && !mirror.get('position', id)) return undefined;
        return teamFeature(mirror, id, this.hubNow(), this.words);
      case 'incidents':
        return incidentFeature(mirror, id);
      case 'cameras':
        return cameraFeature(mirror, id);
      case 'links':
        return selection?.kind === 'incident' ? linkFeature(mirror, id, selection.id) : undefined;
      case 'selection':
        return id === 'draft' ? draftFeature(this.draftAt) : selectionFeature(mirror, selection);
    }
  }
}
