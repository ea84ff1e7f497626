import { Client } from 'pg'
import { pollUntil, testDatabase, type TestDatabase } from '#testing'
import { startServerUnderTest, type ServerUnderTest } from '../../testing/server-under-test.js'

/** An admin key that the server under test knows; senders use it in their own way. */
export const DOOR_KEY = 'door-test-key-0123456789'

/** What a sender got. */
export interface SentReply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** A line of nginx whose time is now, so that it is neither late nor early. */
export function accessLine(status: number, path = '/orders/7', rid = ''): string {
  const [, day, month, year, clock] = /, (\d\d) (\w{3}) (\d{4}) ([\d:]{8})/.exec(new Date().toUTCString()) ?? []
  return `192.0.2.14 - - [${day}/${month}/${year}:${clock} +0000] "GET ${path} HTTP/1.1" ${status} 157 "-" "t" rid=${rid}`
}

interface DoorLine {
  readonly message?: string
  readonly door?: string
  readonly ports?: Readonly<Record<string, number>>
}

interface Ledger {
  readonly received: number
  readonly accepted: number
  readonly duplicate: number
  readonly rejected: number
}

/** A whole server that asks for keys, on a database of the test's own. */
export class DoorUnderTest {
  private constructor(
    private readonly server: ServerUnderTest,
    private readonly database: TestDatabase,
  ) {}

  static async start(env: Readonly<Record<string, string>> = {}): Promise<DoorUnderTest> {
    const database = await testDatabase()
    const settings = { DATABASE_URL: database.url, STATUSLINE_ADMIN_KEY: DOOR_KEY, ...env }
    return new DoorUnderTest(await startServerUnderTest(settings), database)
  }

  get url(): string {
    return this.server.url
  }

  get port(): number {
    return this.server.port
  }

  /** Ports of a door that is no HTTP, by protocol, as the log tells them. */
  ports(name: string): Readonly<Record<string, number>> {
    for (const line of this.server.logLines) {
      const { message, door, ports } = JSON.parse(line) as DoorLine
      if (message === 'door open' && door === name && ports !== undefined) return ports
    }
    throw new Error(`no door ${name} in the log`)
  }

  /** Lines that the server logged. */
  get logLines(): readonly string[] {
    return this.server.logLines
  }

  /** A value of the metrics, by name and labels as they stand there; null where there is none. */
  async metric(series: string): Promise<number | null> {
    const text = await this.metricsText()
    const line = text.split('\n').find((one) => one.startsWith(`${series} `))
    return line === undefined ? null : Number(line.slice(series.length + 1))
  }

  async metricsText(): Promise<string> {
    return (await this.send('/metrics', undefined, { authorization: `Bearer ${DOOR_KEY}` })).text
  }

  /** Sends a body exactly so; no key but what `headers` hold. */
  async send(
    path: string,
    body: string | Uint8Array | undefined,
    headers: Record<string, string> = {},
    method = body === undefined ? 'GET' : 'POST',
  ): Promise<SentReply> {
    const init = { method, headers, ...(body !== undefined && { body: body as never }) }
    const reply = await fetch(this.server.url + path, init)
    return { status: reply.status, headers: reply.headers, text: await reply.text() }
  }

  async graphql<T>(query: string): Promise<T> {
    const { text } = await this.send('/graphql', JSON.stringify({ query }), {
      'content-type': 'application/json',
      authorization: `Bearer ${DOOR_KEY}`,
    })
    const { data, errors } = JSON.parse(text) as { data: T; errors?: unknown }
    if (errors !== undefined) throw new Error(JSON.stringify(errors))
    return data
  }

  /** Ledger of a source, once `received` of its events are in it. */
  async ledger(source: string, received: number): Promise<{ accepted: number; duplicate: number; rejected: number }> {
    return pollUntil(
      async () => {
        const { sources } = await this.graphql<{ sources: { name: string; ledger: Ledger }[] }>(
          '{ sources { name ledger { received accepted duplicate rejected } } }',
        )
        const found = sources.find(({ name }) => name === source)?.ledger
        if (found === undefined || found.received < received) return false
        return { accepted: found.accepted, duplicate: found.duplicate, rejected: found.rejected }
      },
      { deadlineMs: 30_000, what: `${received} events in the ledger of ${source}` },
    )
  }

  /** Counts of the last hour by service and code, e.g. `pay 502`, once `total` of them are folded. */
  async counts(source: string, total: number): Promise<Record<string, number>> {
    return pollUntil(
      async () => {
        const { breakdown } = await this.graphql<{
          breakdown: {
            total: { count: number }
            rows: { service: string; code: number | null; counts: { count: number } }[]
          }
        }>(
          `{ breakdown(range: { last: "1h" }, by: [SERVICE, CODE], filter: { source: ["${source}"] })
             { total { count } rows { service code counts { count } } } }`,
        )
        if (breakdown.total.count < total) return false
        return Object.fromEntries(
          breakdown.rows.map(({ service, code, counts }) => [`${service} ${code}`, counts.count]),
        )
      },
      { deadlineMs: 30_000, what: `${total} events of ${source}` },
    )
  }

  /** Cuts every connection to the database, and lets no new one in until `work` is done. */
  async withoutDatabase(work: () => Promise<void>): Promise<void> {
    const url = new URL(this.database.url)
    const name = url.pathname.slice(1)
    url.pathname = '/postgres'
    const admin = new Client(url.href)
    await admin.connect()
    this.database.pool.on('error', () => undefined)
    try {
      await admin.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`)
      await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name])
      await work()
    } finally {
      await admin.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`)
      await admin.end()
    }
  }

  async stop(): Promise<void> {
    await this.server.stop()
    await this.database.drop()
  }
}
