import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ownFormats, type Format, type Formats } from '#event'
import { ConfigError, loadConfig } from '#platform'
import { UsageError, type Command, type CommandContext } from '../command.js'
import { Detection, type Seen } from '../formats/detection.js'
import { utf16Advice, utf16In } from '../formats/encoding.js'
import { recordLine } from '../formats/event-line.js'
import { openLog, troubleWith } from '../formats/open-log.js'
import { readLog } from '../formats/read-log.js'
import { adviceOf, Tally } from '../formats/tally.js'
import { jsonText, printable } from '../printable.js'
import { table } from '../table.js'

const OPTIONS = {
  config: { type: 'string' },
  format: { type: 'string' },
  json: { type: 'boolean', default: false },
  limit: { type: 'string', default: '20' },
  timezone: { type: 'string', default: 'UTC' },
} as const

/** What a log is written in, by the same code that the server reads it with; needs no server. */
export const formats: Command = {
  name: 'formats',
  summary: 'what a log is written in, line by line, and why',
  usage:
    'statusline formats list [--config FILE] [--json]\n' +
    '       statusline formats detect FILE|- [--format NAME] [--config FILE] [--timezone ZONE] [--limit LINES] [--json]\n' +
    '  FILE may be compressed (gzip, zstd); - reads from standard input\n' +
    '  --format   read all of it as this format, and say where a line stops being of it\n' +
    '  --config   a configuration with formats: of your own (else what STATUSLINE_CONFIG names)\n' +
    '  --timezone of times that name none\n' +
    '  --limit    lines that are shown; all are counted',
  async run(args, context) {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
    const [verb, file, ...rest] = positionals
    if (rest.length > 0) throw new UsageError(`unexpected ${rest[0]}; at most one file`)
    const known = knownFormats(context.env, values.config)
    if (verb === 'list' && file === undefined) return list(known, values.json, context)
    if (verb !== 'detect') throw new UsageError('list and detect are the only verbs')
    if (file === undefined) throw new UsageError('name a file, or - for standard input')
    const limit = /^\d{1,9}$/.test(values.limit) ? Number(values.limit) : null
    if (limit === null) throw new UsageError(`--limit ${values.limit}: a whole number is allowed`)
    const format = formatNamed(values.format ?? 'auto', known)
    const shown = { limit, json: values.json }
    return detect(file, format, zoneNamed(values.timezone), shown, context)
  },
}

/** The built-in formats and those of a configuration. Throws ConfigError. */
function knownFormats(env: NodeJS.ProcessEnv, path: string | undefined): Formats {
  const settings = path === undefined ? env : { ...env, STATUSLINE_CONFIG: path }
  const config = loadConfig(settings, (name) => readFileSync(name, 'utf8'))
  const { formats: known, problems } = ownFormats(config.formats)
  const [problem] = problems
  if (problem !== undefined) throw new ConfigError(problem)
  return known
}

function formatNamed(name: string, known: Formats): Format {
  const format = known.get(name)
  if (format === undefined) throw new UsageError(`--format ${name}: one of ${known.names.join(', ')} is allowed`)
  return format
}

function zoneNamed(name: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    throw new UsageError(`--timezone ${name}: an IANA time zone such as Europe/Berlin is allowed`)
  }
}

function list(known: Formats, json: boolean, { stdout }: CommandContext): number {
  const rows = known.all.map(({ name, sentence }) => ({ name, sentence }))
  if (json) stdout.write(`${jsonText(rows, 2)}\n`)
  else
    stdout.write(
      table(
        ['format', 'reads'],
        rows.map(({ name, sentence }) => [name, sentence]),
      ),
    )
  return 0
}

interface Shown {
  readonly limit: number
  readonly json: boolean
}

/** Answers 0 where anything could be read. */
async function detect(
  file: string,
  format: Format,
  timeZone: string,
  { limit, json }: Shown,
  context: CommandContext,
): Promise<number> {
  const tally = new Tally()
  const first: Seen[] = []
  const detection = new Detection(format, timeZone, (seen) => {
    tally.add(seen)
    if (tally.records <= limit) first.push(seen)
  })
  const { encoding, trouble } = await readAll(detection, file, context)
  if (trouble !== null && tally.records === 0) throw trouble.error
  const advice = encoding === null ? adviceOf(tally, detection, format.name) : utf16Advice(encoding, file)
  context.stdout.write(json ? asJson(first, tally, advice) : asText(first, tally, detection.headers, advice))
  if (trouble !== null) throw trouble.error
  return tally.read > 0 ? 0 : 1
}

/** How a log was read. */
interface ReadThrough {
  /** UTF-16, of which nothing was read; null where it may be UTF-8. */
  readonly encoding: string | null
  /** Why it could not be read to its end; null where it was. */
  readonly trouble: { readonly error: unknown } | null
}

/** What stands before the place where a log is broken says something too. */
async function readAll(detection: Detection, file: string, context: CommandContext): Promise<ReadThrough> {
  let encoding: string | null = null
  let isFirst = true
  const take = (chunk: Uint8Array) => {
    if (isFirst) encoding = utf16In(chunk)
    isFirst = false
    if (encoding === null) detection.push(chunk)
  }
  try {
    await readLog(openLog(file, context), context.signal, take)
    return { encoding, trouble: null }
  } catch (error) {
    if (context.signal.aborted) throw error
    return { encoding, trouble: { error: troubleWith(file, error) } }
  } finally {
    detection.end()
  }
}

/** One JSON object a line: the records, then the summary. */
function asJson(first: readonly Seen[], tally: Tally, advice: string): string {
  const { records, read, groups } = tally
  return [...first, { summary: { records, read, groups, advice } }].map((row) => `${jsonText(row)}\n`).join('')
}

function asText(first: readonly Seen[], tally: Tally, headers: number, advice: string): string {
  const { records, read, groups } = tally
  const lines = first.map((seen) => [seen.line, seen.format ?? '-', recordLine(seen), seen.why])
  const counts = groups.map(({ name, isRead, records: count, firstLine }) => [
    isRead ? name : `rejected: ${name}`,
    count,
    shareOf(count, records),
    firstLine,
  ])
  const parts = [
    lines.length === 0 ? '' : table(['line', 'format', 'event', 'because'], lines),
    counts.length === 0 ? '' : table(['taken for', 'records', 'share', 'first line'], counts),
    `${read} of ${records} records read${records === 0 ? '' : ` (${shareOf(read, records)})`}` +
      `${headers === 0 ? '' : `, ${headers} header lines`}. ${printable(advice)}\n`,
  ]
  return parts.filter((part) => part !== '').join('\n')
}

/** Rounded, but never 100 % where something is missing, and never 0 where there is something. */
function shareOf(part: number, whole: number): string {
  const percent =
    part === 0 || part === whole ? (part / whole) * 100 : Math.min(99.9, Math.max(0.1, (part / whole) * 100))
  return `${percent.toFixed(1)} %`
}
