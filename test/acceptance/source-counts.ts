import { pollUntil, type ServerProcess } from '#testing'

interface Told {
  readonly breakdown: {
    readonly rows: readonly {
      readonly service: string
      readonly code: number | null
      readonly counts: { readonly count: number }
    }[]
  }
  readonly sources: readonly {
    readonly name: string
    readonly ledger: { readonly received: number; readonly accepted: number; readonly rejected: number }
  }[]
}

/** What the server counted of a source. */
export interface SourceCounts {
  /** By service and code, e.g. `pay 502`. */
  readonly counts: Readonly<Record<string, number>>
  readonly accepted: number
  readonly rejected: number
}

/** The counts of a source, once it has accepted so many events and all of them are folded; more are told, too. */
export function sourceCounts(server: ServerProcess, source: string, accepted: number): Promise<SourceCounts> {
  return pollUntil(
    async () => {
      const { breakdown, sources } = await server.graphql<Told>(
        `{ breakdown(range: { last: "1h" }, by: [SERVICE, CODE], filter: { source: ["${source}"] })
             { rows { service code counts { count } } }
           sources { name ledger { received accepted rejected } } }`,
      )
      const ledger = sources.find(({ name }) => name === source)?.ledger
      const counts = Object.fromEntries(
        breakdown.rows.map(({ service, code, counts: { count } }) => [`${service} ${code}`, count]),
      )
      const folded = Object.values(counts).reduce((sum, count) => sum + count, 0)
      if (ledger === undefined || ledger.accepted < accepted || folded < ledger.accepted) return false
      return { counts, accepted: ledger.accepted, rejected: ledger.rejected }
    },
    { deadlineMs: 60_000, what: `${accepted} events of ${source}` },
  )
}
