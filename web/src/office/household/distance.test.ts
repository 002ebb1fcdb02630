import { expect, test } from 'vitest';
import { distanceInMetres, distanceText } from './distance';

test('a minute of latitude is a nautical mile, wherever it is', () => {
  const mile = distanceInMetres({ latitude: 27, longitude: 104.8 }, { latitude: 27 + 1 / 60, longitude: 104.8 });
  expect(mile).toBeGreaterThan(1850);
  expect(mile).toBeLessThan(1856);
});

test('a degree of longitude shrinks with the latitude', () => {
  const at60 = distanceInMetres({ latitude: 60, longitude: 10 }, { latitude: 60, longitude: 10.1 });
  const at0 = distanceInMetres({ latitude: 0, longitude: 10 }, { latitude: 0, longitude: 10.1 });
  expect(at60 / at0).toBeCloseTo(0.5, 3);
  expect(distanceInMetres({ latitude: 27, longitude: 104 }, { latitude: 27, longitude: 104 })).toBe(0);
});

test('distances are told in metres, from a kilometre on in kilometres', () => {
  expect([distanceText(349.6), distanceText(2449)]).toEqual(['350 m', '2.4 km']);
});
