import type { Seen } from './detection.js'

/** How many records were taken for the same thing. */
export interface Group {
  /** A format, or the reason of a rejection. */
  readonly name: string
  readonly isRead: boolean
  records: number
  readonly firstLine: number
}

/** The records of a log by what they were taken for. */
export class Tally {
  readonly #groups = new Map<string, Group>()
  records = 0
  read = 0
  /** Rejections that only mean "no request": they are no sign of a wrong format. */
  asides = 0

  add({ event, format, reject, line }: Seen): void {
    this.records++
    if (event !== null) this.read++
    else if (reject === 'not_a_request' || reject === 'other_side') this.asides++
    const name = event === null ? `${reject}` : (format ?? 'unknown')
    const key = `${event === null} ${name}`
    const group = this.#groups.get(key)
    if (group === undefined) this.#groups.set(key, { name, isRead: event !== null, records: 1, firstLine: line })
    else group.records++
  }

  /** The most frequent first. */
  get groups(): readonly Group[] {
    return [...this.#groups.values()].toSorted((a, b) => b.records - a.records || a.firstLine - b.firstLine)
  }
}

/** What a log holds beside its records. */
export interface Surroundings {
  readonly bytes: number
  readonly headers: number
}

/** What to set so that the log is read, in a sentence or two. `named`: the format that was asked for; auto: none. */
export function adviceOf(tally: Tally, { bytes, headers }: Surroundings, named: string): string {
  const { groups, records, read, asides } = tally
  const [most] = groups.filter(({ isRead }) => isRead)
  const missed = records - read - asides
  if (bytes === 0) return 'It is empty.'
  if (records === 0) return headers > 0 ? 'It holds nothing but headers.' : 'It holds nothing but blank lines.'
  if (most === undefined)
    return named === 'auto'
      ? 'Nothing was read. If a gateway wrote it in a format of its own, put its directive into the configuration, for instance formats: { mine: { nginx: "log_format …" } }, and sources: { NAME: { format: mine } }.'
      : `Nothing was read as ${named}. Try it without --format.`
  if (named !== 'auto')
    return missed === 0 ? `All of it can be read as ${named}.` : `Not all of it is ${named}; see the columns above.`
  if (missed > 0 && missed * 20 > records)
    return `Part of it was not read. Lines that no format knows need a directive of their own under formats:, lines that are no requests need nothing.`
  const isMixed = most.records < read
  return isMixed
    ? 'Leave the format of the source to auto: the log holds several.'
    : `Nothing needs to be set; sources: { NAME: { format: ${most.name} } } makes anything else in it a rejection.`
}
