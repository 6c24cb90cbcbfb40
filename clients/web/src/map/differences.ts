// What changed on one map source since it was last drawn: the map is told differences, never lists.
import type { Feature, FeatureCollection, LineString, Point } from 'geojson';
import type { GeoJSONSourceDiff } from 'maplibre-gl';

export interface MapFeature extends Feature<Point | LineString> {
  id: string;
  properties: Record<string, string | number | boolean>;
}

export class Differences {
  private drawn = new Map<string, MapFeature>();

  /** Looks again at the ids; undefined when nothing on the map has to change. */
  step(
    ids: Iterable<string>,
    featureOf: (id: string) => MapFeature | undefined,
  ): GeoJSONSourceDiff | undefined {
    const diff: Required<Pick<GeoJSONSourceDiff, 'add' | 'update' | 'remove'>> = {
      add: [],
      update: [],
      remove: [],
    };
    for (const id of ids) {
      const before = this.drawn.get(id);
      const after = featureOf(id);
      if (!after) {
        if (this.drawn.delete(id)) diff.remove.push(id);
        continue;
      }
      this.drawn.set(id, after);
      if (!before) diff.add.push(after);
      else {
        const moved = JSON.stringify(before.geometry) !== JSON.stringify(after.geometry);
        const changed = Object.entries(after.properties)
          .filter(([key, value]) => before.properties[key] !== value)
          .map(([key, value]) => ({ key, value }));
        if (!moved && changed.length === 0) continue;
        diff.update.push({
          id,
          ...(moved ? { newGeometry: after.geometry } : {}),
          ...(changed.length > 0 ? { addOrUpdateProperties: changed } : {}),
        });
      }
    }
    const empty = diff.add.length + diff.update.length + diff.remove.length === 0;
    return empty ? undefined : diff;
  }

  /** All that should be on the map now; later steps go on from it. */
  rebuild(
    ids: Iterable<string>,
    featureOf: (id: string) => MapFeature | undefined,
  ): FeatureCollection {
    this.drawn = new Map();
    this.step(ids, featureOf);
    return { type: 'FeatureCollection', features: [...this.drawn.values()] };
  }
}
