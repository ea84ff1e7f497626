/** Collects the values of a statement and hands out their places. */
export class Parameters {
  readonly values: unknown[] = []

  /** The place (`$1`, `$2`, …) of a value in the statement. */
  add(value: unknown): string {
    this.values.push(value)
    return `$${this.values.length}`
  }
}

/** A statement with its values, ready to run. */
export interface Statement {
  readonly text: string
  readonly values: unknown[]
}
