import { parseArgs } from 'node:util'
import { Catalog, graphqlCode, grpcStatusNamed, type StatusCode } from '#catalog'
import { UsageError, type Command } from '../command.js'
import { table } from '../table.js'

const OPTIONS = { json: { type: 'boolean', default: false } } as const

/** The catalogue, read from the library itself: needs no server. */
export const codes: Command = {
  name: 'codes',
  summary: 'what a status code means, when to use it, and how it is counted',
  usage: 'statusline codes [CODE | gRPC STATUS | GRAPHQL ERROR] [--json]',
  async run(args, { stdout }) {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
    const { json } = values
    const [wanted, ...rest] = positionals
    if (rest.length > 0) throw new UsageError(`unexpected ${rest[0]}; at most one code`)
    const catalog = new Catalog()
    if (wanted === undefined) {
      const all = catalog.list()
      stdout.write(json ? asJson(all) : listOf(all))
      return 0
    }
    const word = /^\d{1,3}$/.test(wanted) ? null : meaningOf(wanted)
    const code = word?.httpCode ?? Number(wanted)
    const found = catalog.get(code)
    if (found === undefined) {
      stdout.write(`${code} is in no catalogue: it is counted under its own number\n`)
      return 1
    }
    if (json) stdout.write(asJson(word === null ? found : { ...word, statusCode: found }))
    else stdout.write((word === null ? '' : sentenceOf(word)) + textOf(found))
    return 0
  },
}

/** What a word of another protocol stands for. */
interface Meaning {
  readonly word: string
  readonly grpcStatus: number | null
  readonly httpCode: number
  readonly outcome: string
}

/** A gRPC status by its name, else a GraphQL error code; gRPC's names mean the same in GraphQL. */
function meaningOf(wanted: string): Meaning {
  const word = wanted.toUpperCase()
  const grpc = grpcStatusNamed(word)
  const { httpCode, outcome } = grpc ?? graphqlCode(word) ?? {}
  if (httpCode === undefined || outcome === undefined) {
    throw new UsageError(`${wanted}: a code from 0 to 999 is allowed, a gRPC status, or a known GraphQL error code`)
  }
  return { word, grpcStatus: grpc?.code ?? null, httpCode, outcome }
}

function sentenceOf({ word, grpcStatus, outcome }: Meaning): string {
  const kind = grpcStatus === null ? 'a GraphQL error code' : `gRPC status ${grpcStatus}`
  return `${word}, ${kind}: counted as ${outcome} where HTTP says 2xx. The HTTP code that says nearly the same:\n\n`
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function listOf(all: readonly StatusCode[]): string {
  return table(
    ['code', 'name', 'class', 'outcome', 'source'],
    all.map((c) => [c.code, c.name, c.class, c.outcome, c.source]),
  )
}

function textOf(found: StatusCode): string {
  return (
    `${found.code} ${found.name}\n\n${found.description}\n\nWhen to use  ${found.whenToUse}\nExample      ${found.example}\n` +
    `Class        ${found.class}\nOutcome      ${found.outcome}\nOwner        ${found.owner}\n` +
    `Retryable    ${found.retryable ? 'yes' : 'no'}\nSource       ${found.source}\n`
  )
}
