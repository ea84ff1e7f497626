import { parseArgs } from 'node:util'
import { SCOPES } from '#platform'
import { UsageError, type Command } from '../command.js'
import { jsonText, printable } from '../printable.js'
import { ServerRefusal } from '../server-client.js'
import { table } from '../table.js'

interface KeyRow {
  readonly id: number
  readonly name: string
  readonly scopes: readonly string[]
  readonly source: string | null
  readonly createdAt: string
  readonly revokedAt: string | null
}

const OPTIONS = {
  scope: { type: 'string', multiple: true },
  source: { type: 'string' },
  json: { type: 'boolean' },
} as const

/** API keys, through the server's admin endpoints. */
export const keys: Command = {
  name: 'keys',
  asksServer: true,
  summary: 'create, list and revoke API keys',
  usage:
    'statusline keys create NAME [--scope ingest|read|admin]… [--source NAME] [--json] | list [--json] | revoke ID\n' +
    '  --scope    what the key may do, ingest by default; may be given more than once\n' +
    '  --source   the only source that it may send for, or ask about',
  async run(args, { client, stdout }) {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
    const [verb, name, ...rest] = positionals
    const unexpected = verb === 'list' ? name : rest[0]
    if (unexpected !== undefined) throw new UsageError(`unexpected ${unexpected}`)
    if (verb !== 'create' && (values.scope ?? values.source) !== undefined)
      throw new UsageError('--scope and --source go with create')
    if (verb === 'create') {
      if (name === undefined) throw new UsageError('a name for the key is missing')
      const scopes = scopesOf(values.scope)
      const body = JSON.stringify({ name, scopes, source: values.source ?? null })
      const made = await client.json<KeyRow & { key: string }>('/v1/keys', {
        body,
        headers: { 'content-type': 'application/json' },
      })
      stdout.write(
        values.json
          ? `${jsonText(made)}\n`
          : `${made.key}\n\nkey ${made.id} "${printable(name)}", scope ${scopes.join(', ')}${values.scope === undefined ? ' (--scope gives it another)' : ''}; ` +
              'it is stored hashed and not shown again\n',
      )
      return 0
    }
    if (verb === 'list') {
      const found = await client.json<{ keys: KeyRow[] }>('/v1/keys')
      stdout.write(
        values.json
          ? `${jsonText(found.keys)}\n`
          : table(
              ['id', 'name', 'scopes', 'source', 'created', 'revoked'],
              found.keys.map((k) => [k.id, k.name, k.scopes.join(','), k.source, k.createdAt, k.revokedAt]),
            ),
      )
      return 0
    }
    if (verb === 'revoke') {
      if (!/^\d+$/.test(name ?? '')) throw new UsageError('the id of a key is missing; see statusline keys list')
      await client.text(`/v1/keys/${name}`, { method: 'DELETE' }).catch((error: unknown) => {
        throw isMissing(error) ? new Error(`there is no key ${name}, or it was revoked before`) : error
      })
      stdout.write(`key ${name} is revoked\n`)
      return 0
    }
    throw new UsageError(
      verb === undefined ? 'create, list or revoke?' : `${verb}: create, list and revoke are allowed`,
    )
  },
}

function scopesOf(given: readonly string[] | undefined): readonly string[] {
  if (given === undefined) return ['ingest']
  const unknown = given.find((word) => !SCOPES.some((scope) => scope === word))
  if (unknown !== undefined) throw new UsageError(`--scope ${unknown}: ${SCOPES.join(', ')} are allowed`)
  return given
}

const isMissing = (error: unknown): boolean => error instanceof ServerRefusal && error.status === 404
