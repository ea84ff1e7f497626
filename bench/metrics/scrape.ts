/** One scrape. */
export interface Scraped {
  readonly text: string
  readonly bytes: number
  /** From the request to the last byte. */
  readonly ms: number
}

/** Reads /metrics as Prometheus does. */
export const scrape = async (url: string, scope: 'all' | 'traffic'): Promise<Scraped> => {
  const beganAt = performance.now()
  const reply = await fetch(`${url}/metrics?scope=${scope}`)
  const bytes = Buffer.from(await reply.arrayBuffer())
  const ms = performance.now() - beganAt
  if (reply.status !== 200) throw new Error(`/metrics answered ${reply.status}: ${bytes.toString()}`)
  return { text: bytes.toString(), bytes: bytes.length, ms }
}

/** What a page of the traffic counts. */
export interface Shown {
  readonly requests: number
  readonly durations: number
  readonly lines: number
}

/** Adds the values of a page up. */
export const totalsIn = (text: string): Shown => {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const sum = (name: string): number =>
    lines
      .filter((line) => line.startsWith(`${name}{`))
      .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
  return {
    requests: sum('gateway_http_requests_total'),
    durations: sum('gateway_http_request_duration_seconds_count'),
    lines: lines.length,
  }
}
