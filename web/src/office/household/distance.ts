interface Position {
  latitude: number;
  longitude: number;
}

const EARTH_RADIUS_M = 6_371_009;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Metres between two positions along the surface. */
export function distanceInMetres(one: Position, other: Position): number {
  const [from, to] = [radians(one.latitude), radians(other.latitude)];
  const north = Math.sin((to - from) / 2) ** 2;
  const east = Math.sin(radians(other.longitude - one.longitude) / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(north + Math.cos(from) * Math.cos(to) * east)));
}

/** `350 m`, `2.4 km` */
export function distanceText(metres: number): string {
  return metres < 1000 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(1)} km`;
}
