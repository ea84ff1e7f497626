/** What the server tells of itself while it is measured. */
export interface ServerNumbers {
  /** Sum over `gateway_http_requests_total` of one source, backfilled included. */
  readonly counted: number
  readonly foldSeconds: number
  readonly folds: number
  readonly pending: number
}

/** Reads the numbers from `/metrics`. */
export const readMetrics = async (url: string, source: string): Promise<ServerNumbers> => {
  const text = await (await fetch(`${url}/metrics`)).text()
  const sum = (name: string, having = ''): number => sumOf(text, name, having)
  const label = `source="${source}"`
  return {
    counted: sum('gateway_http_requests_total', label) + sum('gateway_http_backfilled_requests_total', label),
    foldSeconds: sum('statusline_fold_seconds_sum'),
    folds: sum('statusline_fold_seconds_count'),
    pending: sum('statusline_journal_pending'),
  }
}

/** The sum over all labels of one metric. */
export const readSum = async (url: string, name: string): Promise<number> =>
  sumOf(await (await fetch(`${url}/metrics`)).text(), name)

const sumOf = (text: string, name: string, having = ''): number =>
  text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => line.includes(having))
    .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)

/** The total that GraphQL answers for a source over the last two hours. */
export const readBreakdown = async (url: string, source: string): Promise<number> => {
  const query = `{ breakdown(range: {last: "2h"}, by: [CODE], filter: {source: ["${source}"]}) { total { count } } }`
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  const answer = (await response.json()) as { data?: { breakdown?: { total?: { count?: number } } }; errors?: unknown }
  const count = answer.data?.breakdown?.total?.count
  if (count === undefined) throw new Error(`GraphQL did not answer: ${JSON.stringify(answer.errors)}`)
  return count
}
