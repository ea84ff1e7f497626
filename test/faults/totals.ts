import { pollUntil } from '#testing'

/** What one source sent, as the server tells it. */
export interface Totals {
  /** Sum over the cells. */
  readonly count: number
  readonly ledger: Ledger
}

export interface Ledger {
  readonly received: number
  readonly accepted: number
  readonly duplicate: number
  readonly rejected: number
  readonly shed: number
}

/** Anything that answers GraphQL questions. */
export interface Asked {
  graphql<T>(query: string, variables?: Record<string, unknown>): Promise<T>
}

const NOTHING: Ledger = { received: 0, accepted: 0, duplicate: 0, rejected: 0, shed: 0 }

/** The counts of a source within the last two hours, and its ledger. */
export async function totalsOf(server: Asked, source: string): Promise<Totals> {
  const answer = await server.graphql<{
    breakdown: { total: { count: number } }
    sources: { name: string; ledger: Ledger }[]
  }>(
    `query ($source: String!) {
       breakdown(range: { last: "2h" }, by: [CODE], filter: { source: [$source] }) { total { count } }
       sources { name ledger { received accepted duplicate rejected shed } }
     }`,
    { source },
  )
  const ledger = answer.sources.find(({ name }) => name === source)?.ledger ?? NOTHING
  return { count: answer.breakdown.total.count, ledger }
}

/** What the ledger owes: 0 when received = accepted + duplicate + rejected + shed. */
export const imbalance = ({ received, accepted, duplicate, rejected, shed }: Ledger): number =>
  received - accepted - duplicate - rejected - shed

/** Resolves when all that was appended so far is in the counts and the ledger; ask for it only after the last reply. */
export async function allFolded(server: { text(path: string): Promise<string> }): Promise<void> {
  await pollUntil(async () => /^statusline_journal_pending 0$/m.test(await server.text('/metrics?scope=self')), {
    deadlineMs: 180_000,
    everyMs: 100,
    what: 'the journal to be folded',
  })
}
