import { passes, type Question, type StoredSeries } from './questions.js'
import type { Stretch } from './filled-tiers.js'

const QUERY = `query ($range: Range!, $by: [Dimension!]!, $filter: Filter) {
  breakdown(range: $range, by: $by, filter: $filter, first: 500) {
    span { from to tier }
    total { count errors }
    rows { service route code counts { count errors throttled denominator bytes } }
    remainder { count }
  }
}`

interface Row {
  readonly service: string | null
  readonly route: string | null
  readonly code: number | null
  readonly counts: { readonly count: number }
}

interface Breakdown {
  readonly span: { readonly from: string; readonly to: string; readonly tier: string }
  readonly total: { readonly count: number }
  readonly rows: readonly Row[]
  readonly remainder: { readonly count: number } | null
}

/** Asks a question; milliseconds from the request to the whole answer. */
export const ask = async (
  url: string,
  { kind, fromMs, toMs, filter }: Question,
): Promise<{ answer: Breakdown; ms: number }> => {
  const range = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() }
  const body = JSON.stringify({ query: QUERY, variables: { range, by: kind.by, filter } })
  const beganAt = performance.now()
  const reply = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const told = (await reply.json()) as { data?: { breakdown?: Breakdown }; errors?: unknown }
  const ms = performance.now() - beganAt
  const answer = told.data?.breakdown
  if (answer === undefined) throw new Error(`GraphQL did not answer: ${JSON.stringify(told.errors)}`)
  return { answer, ms }
}

/** Throws unless the answer counts what is stored in the span that it says it read. */
export const check = (
  question: Question,
  answer: Breakdown,
  series: readonly StoredSeries[],
  stretch: Stretch,
): void => {
  const [from, to] = [Date.parse(answer.span.from), Date.parse(answer.span.to)]
  const buckets = Math.min(to / 10_000, stretch.end) - Math.max(from / 10_000, stretch.begin)
  const expected = new Map<string, number>()
  for (const one of series)
    if (passes(one, question.filter)) {
      const key = question.kind.by.map((word) => one[word.toLowerCase() as 'service']).join(' ')
      expected.set(key, (expected.get(key) ?? 0) + (1 + (one.id % 5)) * buckets)
    }
  const found = answer.rows.map(
    (row) =>
      [question.kind.by.map((word) => row[word.toLowerCase() as 'service']).join(' '), row.counts.count] as const,
  )
  const total = [...expected.values()].reduce((sum, count) => sum + count, 0)
  const wrong =
    from > question.fromMs ||
    to < question.toMs ||
    answer.total.count !== total ||
    found.length !== expected.size ||
    found.some(([key, count]) => expected.get(key) !== count)
  if (wrong) throw new Error(`${JSON.stringify(question)} counts ${answer.total.count}, stored are ${total}`)
}
