// The installed map: what clients/city/make_map.mjs wrote, as the map's ground and as the places that
// people name.
import type { FeatureCollection, Point, Polygon } from 'geojson';

export interface Place {
  nameZh: string;
  nameEn: string;
  type: string;
  latDeg: number;
  lonDeg: number;
}

interface District {
  nameZh: string;
  nameEn: string;
  ring: [number, number][];
}

export interface CityMap {
  ground: FeatureCollection;
  places: Place[];
  districts: District[];
  /** West, south, east, north in degrees. */
  bounds: [number, number, number, number];
}

interface MapFile extends FeatureCollection {
  muster_map: { format: number; bounds: [number, number, number, number] };
}

/** Throws when the file is not a map of ours. */
export function readCity(file: unknown): CityMap {
  const map = file as MapFile;
  if (map.muster_map.format !== 1) throw new Error('unknown map format');
  const features = map.features.map(({ geometry, properties }) => {
    const texts: Record<string, string> = properties ?? {};
    return { geometry, properties: texts };
  });
  const names = (properties: Record<string, string>) => ({
    nameZh: properties['name_zh'] ?? '',
    nameEn: properties['name_en'] ?? '',
  });
  return {
    ground: map,
    bounds: map.muster_map.bounds,
    places: features
      .filter(({ properties }) => properties['kind'] === 'place')
      .map(({ properties, geometry }) => {
        const [lonDeg = 0, latDeg = 0] = (geometry as Point).coordinates;
        return { ...names(properties), type: properties['type'] ?? '', latDeg, lonDeg };
      }),
    districts: features
      .filter(({ properties }) => properties['kind'] === 'district')
      .map(({ properties, geometry }) => ({
        ...names(properties),
        ring: (geometry as Polygon).coordinates[0] as [number, number][],
      })),
  };
}

export async function loadCity(url: string, get: typeof fetch = fetch): Promise<CityMap> {
  const answer = await get(url);
  if (!answer.ok) throw new Error(`map: HTTP ${String(answer.status)}`);
  return readCity(await answer.json());
}

/** Places whose name, in either language, holds the text; those that begin with it first. */
export function findPlaces(city: CityMap, text: string, limit: number): Place[] {
  const wanted = text.trim().toLocaleLowerCase();
  if (wanted === '') return [];
  const rank = (place: Place) => {
    const at = [place.nameZh, place.nameEn].map((name) => name.toLocaleLowerCase().indexOf(wanted));
    if (at.includes(0)) return 0;
    return at.some((index) => index > 0) ? 1 : 2;
  };
  return city.places
    .map((place) => ({ place, rank: rank(place) }))
    .filter((found) => found.rank < 2)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, limit)
    .map((found) => found.place);
}

/** The district that holds the point. */
export function districtAt(city: CityMap, latDeg: number, lonDeg: number): District | undefined {
  return city.districts.find(({ ring }) => inside(ring, lonDeg, latDeg));
}

/** The known place that is nearest, when it is within `withinM` metres. */
export function placeNear(city: CityMap, latDeg: number, lonDeg: number, withinM: number) {
  let best: { place: Place; metres: number } | undefined;
  for (const place of city.places) {
    const metres = metresBetween(place, { latDeg, lonDeg });
    if (metres <= withinM && (!best || metres < best.metres)) best = { place, metres };
  }
  return best?.place;
}

/** Great-circle distance on a sphere of 6371 km. */
export function metresBetween(
  a: { latDeg: number; lonDeg: number },
  b: { latDeg: number; lonDeg: number },
): number {
  const rad = Math.PI / 180;
  const dLat = (b.latDeg - a.latDeg) * rad;
  const dLon = (b.lonDeg - a.lonDeg) * rad;
  const h =
    Math.sin(dLat / 2) ** 2 +
    Math.cos(a.latDeg * rad) * Math.cos(b.latDeg * rad) * Math.sin(dLon / 2) ** 2;
  return 2 * 6_371_000 * Math.asin(Math.min(1, Math.sqrt(h)));
}

function inside(ring: [number, number][], x: number, y: number): boolean {
  let odd = false;
  let [bx, by] = ring.at(-1) ?? [0, 0];
  for (const [ax, ay] of ring) {
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
    [bx, by] = [ax, ay];
  }
  return odd;
}
