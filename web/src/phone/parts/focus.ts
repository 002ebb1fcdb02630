/** Scrolls something into sight, clear of what is fixed at the edges of the screen. */
export function goTo(element: HTMLElement | null | undefined): void {
  if (element) {
    // By hand: old browsers know no `block: 'center'`.
    window.scrollTo(0, Math.max(0, window.pageYOffset + element.getBoundingClientRect().top - window.innerHeight / 3));
  }
}

export function goToField(field: HTMLElement | null): void {
  field?.focus();
  goTo(field);
}
