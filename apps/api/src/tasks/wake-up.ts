/** Lets one wait for a call that may have come already. */
export class WakeUp {
  private isDue = false;
  private wake: (() => void) | undefined;
  private readonly ends: (() => void)[] = [];

  call(): void {
    this.isDue = true;
    this.wake?.();
  }

  /** @returns whether there was a call, since the last wait or within this one */
  async within(ms: number): Promise<boolean> {
    if (!this.isDue) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const wasDue = this.isDue;
    this.isDue = false;
    this.wake = undefined;
    return wasDue;
  }

  onEnd(end: () => void): void {
    this.ends.push(end);
  }

  end(): void {
    for (const end of this.ends) end();
  }
}
