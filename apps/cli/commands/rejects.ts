import { parseArgs } from 'node:util'
import { UsageError, type Command } from '../command.js'
import { jsonText } from '../printable.js'
import { table } from '../table.js'

interface RejectRow {
  readonly id: string
  readonly at: string
  readonly source: string
  readonly reason: string
  readonly record: string
  readonly replayedAt: string | null
}

const OPTIONS = {
  source: { type: 'string' },
  reason: { type: 'string' },
  first: { type: 'string' },
  json: { type: 'boolean' },
} as const

/** The quarantine: records that were not counted, and their replay after a fix. */
export const rejects: Command = {
  name: 'rejects',
  asksServer: true,
  summary: 'list records that were rejected, and replay them after a fix',
  usage: 'statusline rejects list [--first N] [--source NAME] [--reason WORD] | replay [--source NAME] [--reason WORD]',
  async run(args, { client, stdout }) {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
    const [verb, ...rest] = positionals
    if (rest.length > 0) throw new UsageError(`unexpected ${rest[0]}`)
    const query = new URLSearchParams()
    if (values.source !== undefined) query.set('source', values.source)
    if (values.reason !== undefined) query.set('reason', values.reason)
    if (verb === 'list') {
      query.set('first', values.first ?? '50')
      const found = await client.json<{ rejects: RejectRow[] }>(`/v1/rejects?${query}`)
      stdout.write(
        values.json
          ? `${jsonText(found.rejects)}\n`
          : table(
              ['id', 'at', 'source', 'reason', 'replayed', 'record'],
              found.rejects.map((r) => [
                r.id,
                r.at,
                r.source,
                r.reason,
                r.replayedAt ? 'yes' : '',
                r.record.slice(0, 120),
              ]),
            ),
      )
      return 0
    }
    if (verb === 'replay') {
      if (values.first !== undefined) throw new UsageError('--first goes with list; replay takes all that match')
      const done = await client.json<{ accepted: number; rejected: number }>(`/v1/rejects/replay?${query}`, {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json' },
        timeoutMs: 600_000,
      })
      stdout.write(
        values.json
          ? `${JSON.stringify(done)}\n`
          : `${done.accepted} records counted now, ${done.rejected} rejected again\n`,
      )
      return 0
    }
    throw new UsageError(verb === undefined ? 'list or replay?' : `${verb}: list and replay are allowed`)
  },
}
