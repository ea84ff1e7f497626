import { Agent, request } from 'node:http'
import { threadsMs } from '../load/process-times.js'
import type { ServerProcess } from '../load/server-process.js'
import { GOALS } from '../goals.js'
import { measured, type Measurement } from '../measurement.js'

const QUERY = '{ statusCodes(source: "iana") { code name class description whenToUse example source retryable } }'
/** Rows of IANA's registry; the floor is for 50. */
const LEAST_ROWS = 50
const CONNECTIONS = 16

export interface CodesOptions {
  /** Requests of a run. */
  readonly requests: number
  readonly runs: number
  readonly progress: (line: string) => void
}

/** Asks for the catalogue, which is in memory, again and again. Throws where an answer is another than the first. */
export const benchCodes = async (
  server: ServerProcess,
  { requests, runs, progress }: CodesOptions,
): Promise<Measurement[]> => {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  try {
    const first = await post(server.url, agent)
    const { length } = rowsOf(first)
    const rates: number[] = []
    // The first run warms the server up.
    for (let run = 0; run <= runs; run++) {
      const before = threadsMs(server.pid)
      await askAll(server.url, agent, requests, first)
      const after = threadsMs(server.pid)
      if (before === null || after === null) return []
      const rate = requests / ((after - before) / 1_000)
      progress(`statusCodes: ${Math.round(rate)} requests per CPU second`)
      if (run > 0) rates.push(rate)
    }
    return [
      measured(
        `GraphQL from memory, ${length} rows of 8 fields`,
        'requests per CPU s',
        'more',
        GOALS.graphqlFromMemory,
        rates,
      ),
    ]
  } finally {
    agent.destroy()
  }
}

const rowsOf = (answer: string): unknown[] => {
  const { data } = JSON.parse(answer) as { data?: { statusCodes?: { code: number; name: string }[] } }
  const rows = data?.statusCodes ?? []
  if (rows.length < LEAST_ROWS || rows.find(({ code }) => code === 502)?.name !== 'Bad Gateway')
    throw new Error(`the catalogue is not what it should be: ${answer.slice(0, 500)}`)
  return rows
}

const askAll = async (url: string, agent: Agent, requests: number, expected: string): Promise<void> => {
  let left = requests
  const askOn = async (): Promise<void> => {
    while (left-- > 0) if ((await post(url, agent)) !== expected) throw new Error('an answer differs from the first')
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, askOn))
}

const BODY = JSON.stringify({ query: QUERY })
const HEADERS = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(BODY) }

/** Over Node's own client: `fetch` would take more of the machine than the server does. */
const post = (url: string, agent: Agent): Promise<string> =>
  new Promise((resolve, reject) => {
    const asked = request(`${url}/graphql`, { method: 'POST', agent, headers: HEADERS }, (reply) => {
      let text = ''
      reply.setEncoding('utf8')
      reply.on('data', (part: string) => (text += part))
      reply.on('end', () => resolve(text))
      reply.on('error', reject)
    })
    asked.on('error', reject)
    asked.end(BODY)
  })
