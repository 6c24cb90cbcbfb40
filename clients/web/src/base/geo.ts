// Distances and directions between WGS-84 points, on a sphere of the mean Earth radius (IUGG, 6371 008.8 m):
// good to 0.5 %, which is enough for "2.1 km to the north-east".

export interface LatLon {
  latDeg: number;
  lonDeg: number;
}

const earthRadiusM = 6_371_008.8;
const rad = (deg: number) => (deg * Math.PI) / 180;

export function distanceM(a: LatLon, b: LatLon): number {
  const sinLat = Math.sin(rad(b.latDeg - a.latDeg) / 2);
  const sinLon = Math.sin(rad(b.lonDeg - a.lonDeg) / 2);
  const h = sinLat ** 2 + Math.cos(rad(a.latDeg)) * Math.cos(rad(b.latDeg)) * sinLon ** 2;
  return 2 * earthRadiusM * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Degrees clockwise from true north, 0 up to 360. */
export function bearingDeg(from: LatLon, to: LatLon): number {
  const lon = rad(to.lonDeg - from.lonDeg);
  const [a, b] = [rad(from.latDeg), rad(to.latDeg)];
  const y = Math.sin(lon) * Math.cos(b);
  const x = Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(lon);
  return ((Math.atan2(y, x) * 180) / Math.PI + 360) % 360;
}

export const winds = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'] as const;
export type Wind = (typeof winds)[number];

export function windOf(bearing: number): Wind {
  return winds[Math.round(bearing / 45) % 8] ?? 'n';
}
