import { NoAnswer } from '@shared/api/problem';

export interface Upload {
  method: string;
  url: string;
  headers: Record<string, string>;
}

/** Sends a file straight to storage, which reads it from the disk. `note` is told how much is sent, from 0 to 1. */
export function send({ method, url, headers }: Upload, file: Blob, note: (share: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    // `fetch` doesn't say how much of a body is sent.
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) {
      // The length is signed, and the browser's own to say.
      if (name.toLowerCase() !== 'content-length') {
        request.setRequestHeader(name, value);
      }
    }
    request.upload.addEventListener('progress', ({ loaded, total }) => total > 0 && note(loaded / total));
    request.addEventListener('load', () => {
      // 412: it is there already, from a try whose answer was lost.
      const isThere = (request.status >= 200 && request.status < 300) || request.status === 412;
      return isThere ? resolve() : reject(new NoAnswer(`storage: ${request.status}`));
    });
    request.addEventListener('error', () => reject(new NoAnswer('storage')));
    request.send(file);
  });
}
