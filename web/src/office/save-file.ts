/** Hands a file to the reader, as the browser's download. */
export function saveFile(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has begun with the click; the address is only held for it.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
