/** Saves soon after a change, not at the end of many: what is typed without pause is saved every so often, too. */
export class Autosave {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private writing: Promise<void> = Promise.resolve();
  private isDue = false;

  /** `every`: milliseconds from a change to its saving at most. */
  constructor(
    private readonly save: () => Promise<void>,
    private readonly every = 300,
  ) {}

  changed(): void {
    this.isDue = true;
    this.timer ??= setTimeout(() => void this.flush(), this.every);
  }

  /** Saves now what is not saved yet. One after the other, so that an older state never comes last. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.isDue) {
      this.isDue = false;
      // A failure is the next saving's chance, and the caller's to see.
      this.writing = this.writing.then(this.save, this.save);
    }
    return this.writing;
  }

  /** What was to be saved has become something else. */
  cancel(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.isDue = false;
    return this.writing.catch(() => undefined);
  }
}
