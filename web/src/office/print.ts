/** Prints one part of the page alone: what else stands there isn't for others, or isn't paper's. */
export function printPart(part: HTMLElement): void {
  const page = document.documentElement;
  page.classList.add('prints-part');
  part.classList.add('printed');
  addEventListener(
    'afterprint',
    () => {
      page.classList.remove('prints-part');
      part.classList.remove('printed');
    },
    { once: true },
  );
  print();
}
