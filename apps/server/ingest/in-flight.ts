/** Decoded bytes of bodies that were received and not yet answered: the bound on what ingest keeps in memory. */
export class InFlight {
  private bytes = 0

  constructor(readonly limitBytes: number) {}

  get usedBytes(): number {
    return this.bytes
  }

  get full(): boolean {
    return this.bytes >= this.limitBytes
  }

  add(bytes: number): void {
    this.bytes += bytes
  }

  remove(bytes: number): void {
    this.bytes -= bytes
  }
}
