/** What every service answers, once each. Of the codes that are shown before their first response only 504 is missing. */
const CODES = [200, 201, 301, 304, 400, 404, 429, 500, 502, 503] as const

export const EVENTS_OF_SERVICE = CODES.length
/** Its codes and 504, bytes and retries, and sixteen lines for each of four classes. */
export const LINES_OF_SERVICE = CODES.length + 1 + 2 + 4 * 16

/** So many of one source, which may have 10,000 series. */
const OF_SOURCE = 500
const AT_ONCE = 500

/** Sends the events of the services from number `from` to before `to`. Throws where one is not accepted. */
export const sendServices = async (url: string, from: number, to: number): Promise<void> => {
  for (let first = from; first < to;) {
    const source = Math.floor(first / OF_SOURCE)
    const end = Math.min(to, first + AT_ONCE, (source + 1) * OF_SOURCE)
    await send(`${url}/v1/ingest/edge-${source}`, first, end)
    first = end
  }
}

const send = async (address: string, from: number, to: number): Promise<void> => {
  const ts = new Date().toISOString()
  const lines: string[] = []
  for (let service = from; service < to; service++)
    for (const status of CODES)
      lines.push(JSON.stringify({ ts, gateway: 'gateway', service: `service-${service}`, status, duration_ms: 12 }))
  const reply = await fetch(address, { method: 'POST', body: lines.join('\n') })
  const { accepted } = (await reply.json()) as { accepted?: number }
  if (accepted !== lines.length) throw new Error(`${lines.length} events were sent, ${accepted} accepted`)
}
