/** Finds a QR code in a picture or in what the camera shows, and gives its text. */
export type CodeReader = (picture: HTMLVideoElement | HTMLImageElement, width: number, height: number) => Promise<string | undefined>;

interface Detector {
  detect: (picture: ImageBitmapSource) => Promise<{ rawValue: string }[]>;
}
declare global {
  interface Window {
    BarcodeDetector?: { new (options: { formats: string[] }): Detector; getSupportedFormats: () => Promise<string[]> };
  }
}

/** What jsQR looks at is never larger: more makes it slow, not better. */
const LOOKED_AT = 1000;

/** The browser's own reader where there is one, else jsQR, which is fetched only then. */
export async function codeReader(): Promise<CodeReader> {
  const own = window.BarcodeDetector;
  const formats = await own?.getSupportedFormats().catch(() => [] as string[]);
  if (own && formats?.includes('qr_code')) {
    const detector = new own({ formats: ['qr_code'] });
    return async (picture) => (await detector.detect(picture))[0]?.rawValue;
  }
  const { default: jsQr } = await import('jsqr');
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  return (picture, width, height) => {
    if (!context || width === 0 || height === 0) {
      return Promise.resolve(undefined);
    }
    const scale = Math.min(1, LOOKED_AT / Math.max(width, height));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
    return Promise.resolve(jsQr(pixels.data, pixels.width, pixels.height)?.data);
  };
}

/** The token in a household's code: the last part of `…/q/<token>`. */
export function tokenOf(text: string): string | undefined {
  return /\/q\/([A-Za-z0-9_-]{16,64})\/?(?:[?#].*)?$/.exec(text.trim())?.[1];
}
