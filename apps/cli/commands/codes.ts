import { parseArgs } from 'node:util'
import { Catalog, graphqlCode, grpcStatuses, grpcStatusNamed, type GrpcStatus, type StatusCode } from '#catalog'
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
    const word = meaningOf(wanted)
    const code = word?.httpCode ?? Number(wanted)
    const found = catalog.get(code)
    if (found === undefined) {
      const says =
        code < LOWEST ? `is no HTTP status: ${REJECTED}` : 'is in no catalogue: it is counted under its own number'
      stdout.write(`${code} ${says}\n`)
      return 1
    }
    if (json) stdout.write(asJson(word === null ? found : { ...word, statusCode: found }))
    else stdout.write((word === null ? '' : sentenceOf(word, wanted)) + textOf(found))
    return 0
  },
}

/** Below it no number is a status of HTTP. */
const LOWEST = 100
const REJECTED = 'a record that tells it as its status is rejected as bad_status'

/** What a word of another protocol stands for. */
interface Meaning {
  readonly word: string
  readonly grpcStatus: number | null
  readonly httpCode: number
  readonly outcome: string
}

/** A gRPC status by its number or name, else a GraphQL error code; gRPC's names mean the same in GraphQL. Null for other numbers. */
function meaningOf(wanted: string): Meaning | null {
  if (/^\d{1,3}$/.test(wanted)) {
    const numbered = grpcStatuses[Number(wanted)]
    return numbered === undefined ? null : ofGrpc(numbered.name, numbered)
  }
  const word = wanted.toUpperCase()
  const grpc = grpcStatusNamed(word)
  if (grpc !== undefined) return ofGrpc(word, grpc)
  const { httpCode, outcome } = graphqlCode(word) ?? {}
  if (httpCode === undefined || outcome === undefined) {
    throw new UsageError(`${wanted}: a code from 0 to 999 is allowed, a gRPC status, or a known GraphQL error code`)
  }
  return { word, grpcStatus: null, httpCode, outcome }
}

const ofGrpc = (word: string, { code, httpCode, outcome }: GrpcStatus): Meaning => ({
  word,
  grpcStatus: code,
  httpCode,
  outcome,
})

function sentenceOf({ word, grpcStatus, outcome }: Meaning, wanted: string): string {
  const kind = grpcStatus === null ? 'a GraphQL error code' : `gRPC status ${grpcStatus}`
  const number = Number(wanted)
  const asHttp =
    number === 0 ? 'As an HTTP status 0 means that no response was sent' : `${number} is no HTTP status: ${REJECTED}`
  return (
    `${word}, ${kind}: counted as ${outcome} where HTTP says 2xx.\n` +
    (Number.isNaN(number) ? '' : `${asHttp}.\n`) +
    'The HTTP code that says nearly the same:\n\n'
  )
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
