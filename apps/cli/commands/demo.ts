import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { seededRandom } from '#platform'
import type { Command, CommandContext } from '../command.js'
import { DemoServer } from '../demo/demo-server.js'
import { CALM, traffic, type Trouble } from '../demo/traffic.js'
import { ServerClient } from '../server-client.js'
import { table } from '../table.js'

const HISTORY_MS = 3_600_000
const HISTORY_STEP_MS = 60_000
/** How long to go on after the last act until both alerts fire. */
const LONGEST_WAIT_MS = 35_000
/** The live part: seconds of each act, and what goes wrong in it. */
const ACTS: readonly { readonly seconds: number; readonly says: string; readonly trouble: Trouble }[] = [
  { seconds: 5, says: 'live traffic, all is well', trouble: CALM },
  {
    seconds: 12,
    says: 'checkout loses its upstream: one request in three ends as 502 or 504',
    trouble: { ...CALM, checkoutFailures: 0.33 },
  },
  {
    seconds: 50,
    says: 'besides, one consumer floods search and is throttled with 429',
    trouble: { checkoutFailures: 0.33, floodPerSecond: 40 },
  },
]

interface BreakdownRow {
  readonly service: string
  readonly counts: {
    count: number
    errors: number
    errorRate: number | null
    throttled: number
    throttleRate: number | null
  }
}

/** The product in under two minutes: an hour of history, a spike, a flood, and the alerts that they cause. */
export const demo: Command = {
  name: 'demo',
  summary: 'show the product on made-up traffic in under two minutes, on a server of its own',
  usage: 'statusline demo [--keep]   (--keep leaves the server running until Ctrl-C)',
  async run(args, context) {
    const { values } = parseArgs({ args: [...args], options: { keep: { type: 'boolean', default: false } } })
    const { stdout, signal } = context
    stdout.write('starting a server with a database of its own …\n')
    const server = await DemoServer.start(context.env, signal)
    try {
      stdout.write(`it answers at ${server.url}\n`)
      await play(new ServerClient(server.url, undefined), context)
      if (values.keep) {
        stdout.write(`\nstill running at ${server.url} (try ${server.url}/graphiql); Ctrl-C ends it\n`)
        await wait(2 ** 31 - 1, undefined, { signal }).catch(() => undefined)
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      await server.stop()
    }
    return signal.aborted && !values.keep ? 1 : 0
  },
}

async function play(client: ServerClient, { stdout, signal }: CommandContext): Promise<void> {
  const random = seededRandom(20_26)
  const liveFrom = Date.now()
  let sent = 0
  for (let from = liveFrom - HISTORY_MS; from < liveFrom; from += HISTORY_STEP_MS) {
    signal.throwIfAborted()
    sent += await send(client, traffic(from, from + HISTORY_STEP_MS, CALM, random))
  }
  stdout.write(`sent an hour of traffic of two gateways: ${sent} events\n\n`)
  let from = liveFrom
  for (const act of ACTS) {
    stdout.write(`${clockTime(Date.now())}  ${act.says}\n`)
    for (let second = 0; second < act.seconds; second += 1) {
      await wait(1000, undefined, { signal })
      const to = Date.now()
      sent += await send(client, traffic(from, to, act.trouble, random))
      from = to
    }
    stdout.write(indent(await lastMinute(client)))
  }
  for (const until = Date.now() + LONGEST_WAIT_MS; Date.now() < until && (await firing(client)).length < 2;) {
    await wait(1000, undefined, { signal })
    const to = Date.now()
    sent += await send(client, traffic(from, to, ACTS.at(-1)!.trouble, random))
    from = to
  }
  stdout.write(`\n${sent} events sent. The alerts that they caused:\n\n${described(await firing(client))}`)
}

async function send(client: ServerClient, bodies: Map<string, string>): Promise<number> {
  let accepted = 0
  for (const [source, body] of bodies) {
    if (body === '') continue
    accepted += (
      await client.json<{ accepted: number }>(`/v1/ingest/${source}`, {
        body,
        headers: { 'content-type': 'text/plain' },
      })
    ).accepted
  }
  return accepted
}

async function lastMinute(client: ServerClient): Promise<string> {
  const { rows } = await client.json<{ rows: BreakdownRow[] }>('/v1/breakdown?by=service&last=1m')
  return table(
    ['service', 'requests/min', '5xx', 'error rate', '429', 'throttle rate'],
    rows.map(({ service, counts }) => [
      service,
      counts.count,
      counts.errors,
      percent(counts.errorRate),
      counts.throttled,
      percent(counts.throttleRate),
    ]),
  )
}

interface AlertNode {
  readonly state: string
  readonly track: string
  readonly service: string
  readonly summary: string
}

async function firing(client: ServerClient): Promise<AlertNode[]> {
  const query = '{ alerts(state: [FIRING], first: 20) { nodes { state track service summary } } }'
  const answer = await client.json<{ data: { alerts: { nodes: AlertNode[] } } }>('/graphql', {
    body: JSON.stringify({ query }),
    headers: { 'content-type': 'application/json' },
  })
  return answer.data.alerts.nodes
}

function described(alerts: readonly AlertNode[]): string {
  if (alerts.length === 0) return 'none\n'
  return alerts.map((a) => `${a.state.padEnd(9)}${a.track.padEnd(14)}${a.service}\n         ${a.summary}\n`).join('\n')
}

const percent = (rate: number | null) => (rate === null ? '' : `${(rate * 100).toFixed(1)} %`)
const clockTime = (ms: number) => new Date(ms).toISOString().slice(11, 19)
const indent = (text: string) => text.replace(/^(?=.)/gm, '          ')
