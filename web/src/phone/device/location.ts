import { ref } from 'vue';
import type { Fix } from '../queue/job';

/** A fix older than this says nothing about the house in front of the camera. */
const FRESH = 2 * 60_000;

/** Nobody has gone far from the house by then. */
const SOON = 30_000;

export type LocationState = 'off' | 'searching' | 'found' | 'denied' | 'unavailable';

/**
 * The phone's position while photos are taken: asked for when the step opens, so that there is one at the shutter.
 * Whatever it says, nothing waits for it.
 */
export class LocationWatch {
  readonly state = ref<LocationState>('off');
  readonly accuracy = ref(0);
  private fix: Fix | undefined;
  private watch: number | undefined;
  private readonly waiting: ((fix: Fix | undefined) => void)[] = [];

  start(): void {
    if (this.watch !== undefined) {
      return;
    }
    if (!('geolocation' in navigator)) {
      this.state.value = 'unavailable';
      return;
    }
    this.state.value = 'searching';
    this.watch = navigator.geolocation.watchPosition(
      ({ coords, timestamp }) => {
        const { latitude, longitude, accuracy } = coords;
        this.fix = { latitude, longitude, accuracy: Math.round(accuracy), fixedAt: new Date(timestamp).toISOString() };
        this.accuracy.value = Math.round(accuracy);
        this.state.value = 'found';
        this.waiting.splice(0).forEach((tell) => tell(this.fix));
      },
      (error) => {
        this.state.value = error.code === error.PERMISSION_DENIED ? 'denied' : 'unavailable';
      },
      { enableHighAccuracy: true, maximumAge: 30_000 },
    );
  }

  stop(): void {
    if (this.watch !== undefined) {
      navigator.geolocation.clearWatch(this.watch);
      this.watch = undefined;
    }
    this.state.value = 'off';
  }

  /** Where the phone finds itself to be within the next moments: a first fix takes longer than a photo. */
  soon(): Promise<Fix | undefined> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      setTimeout(() => resolve(undefined), SOON);
    });
  }

  /** Where the phone is now, if it knows. */
  now(moment = Date.now()): Fix | undefined {
    return this.fix && moment - Date.parse(this.fix.fixedAt) < FRESH ? this.fix : undefined;
  }
}
