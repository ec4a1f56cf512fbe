// The centre's clock as a page knows it: every answer says what time it is there, and between answers the device's steady clock
// counts on, at the centre's rate (a demonstration runs faster). The device's own date is never used.

export class CentreTime {
  /** Milliseconds of the centre in one of the device; 60 in a demonstration at sixty times. */
  rate = 1;
  private centreMs = 0;
  private steadyMs = 0;
  private known = false;

  /** An answer said `centreMs`; it came at `steadyMs` of the steady clock. */
  observe(centreMs: number, steadyMs: number): void {
    if (!Number.isFinite(centreMs) || centreMs <= 0) return;
    this.centreMs = centreMs;
    this.steadyMs = steadyMs;
    this.known = true;
  }

  get isKnown(): boolean {
    return this.known;
  }

  /** What time it is at the centre, at `steadyMs`; 0 while no answer came. */
  at(steadyMs: number): number {
    return this.known ? this.centreMs + (steadyMs - this.steadyMs) * this.rate : 0;
  }

  now(): number {
    return this.at(performance.now());
  }

  /** How far the device's own date is off, in milliseconds; only sensible where the centre's time is not sped up. */
  deviceError(deviceMs: number, steadyMs: number): number {
    return this.known && this.rate === 1 ? deviceMs - this.at(steadyMs) : 0;
  }
}
