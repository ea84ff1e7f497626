import { inspect } from 'node:util'

const HIDDEN = '(hidden)'

/** A value that no log, message or JSON shows; whoever needs it asks for it by `reveal`. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The value itself; keep it out of messages. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return HIDDEN
  }

  toJSON(): string {
    return HIDDEN
  }

  [inspect.custom](): string {
    return HIDDEN
  }
}
