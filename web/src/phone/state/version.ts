/** `1.2.9` before `1.2.10`. */
export function isOlder(version: string, than: string): boolean {
  const [own, other] = [version, than].map((text) => text.split('.').map(Number)) as [number[], number[]];
  for (let part = 0; part < 3; part++) {
    const difference = (own[part] ?? 0) - (other[part] ?? 0);
    if (difference !== 0) {
      return difference < 0;
    }
  }
  return false;
}
