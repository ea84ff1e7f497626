/** Where warnings go, in words. */
export type Warn = (fields: object, message: string) => void

const HUSHED_MS = 60_000

/** Warns of what any sender can bring about as often as it likes: the first time, and then at most once a minute with how often it was. */
export class HushedWarning {
  private hushed: number | null = null

  constructor(
    private readonly warn: Warn,
    private readonly message: string,
  ) {}

  say(fields: object): void {
    if (this.hushed !== null) {
      this.hushed++
      return
    }
    this.hushed = 0
    this.warn(fields, this.message)
    setTimeout(() => this.tell(), HUSHED_MS).unref()
  }

  private tell(): void {
    const times = this.hushed ?? 0
    this.hushed = null
    if (times > 0) this.warn({ times }, `${this.message}, again in the minute behind`)
  }
}
