import { jsonText, printable } from '../printable.js'
import { UsageError, type Command, type CommandContext } from '../command.js'
import { ServerRefusal } from '../server-client.js'

/** What one check found; `remedy` says what to do about a warning or failure. */
interface Finding {
  readonly verdict: 'ok' | 'warn' | 'fail'
  readonly what: string
  readonly remedy?: string
}

interface SourceRow {
  readonly name: string
  readonly lagMs: number | null
  readonly health: readonly string[]
  readonly delivery: string
  readonly seriesUsed: number
  readonly seriesBudget: number
  readonly ledger: Record<'received' | 'accepted' | 'duplicate' | 'rejected' | 'shed', number>
}

const SKEW_LIMIT_MS = 5_000

/** Looks at a running server from outside and says in plain words what is wrong with it and with its sources. */
export const doctor: Command = {
  name: 'doctor',
  asksServer: true,
  summary: 'examine a running server and its sources; exit code 1 when something is wrong',
  usage: 'statusline doctor [--json]',
  async run(args, context) {
    if (args.some((arg) => arg !== '--json')) throw new UsageError('only --json is allowed')
    const findings = await examine(context)
    if (args.includes('--json')) context.stdout.write(`${jsonText(findings, 2)}\n`)
    else
      for (const { verdict, what, remedy } of findings)
        context.stdout.write(`${verdict.padEnd(5)}${printable(what)}${remedy ? `\n     → ${printable(remedy)}` : ''}\n`)
    return findings.some(({ verdict }) => verdict === 'fail') ? 1 : 0
  },
}

async function examine(context: CommandContext): Promise<Finding[]> {
  const alive = await check(
    'the server answers',
    `is it running at ${context.client.baseUrl}? STATUSLINE_URL names another`,
    () => context.client.text('/healthz'),
  )
  if (alive.verdict === 'fail') return [alive]
  const ready = await check(
    'it is ready: the database takes writes',
    'see the reason; the log on standard error has more',
    () => context.client.text('/readyz'),
  )
  const metrics = await check('the key may read', 'set STATUSLINE_KEY to a key with scope read', () =>
    context.client.text('/metrics?scope=self'),
  )
  return [alive, await clock(context), ready, metrics, ...(metrics.verdict === 'ok' ? await sources(context) : [])]
}

async function check(what: string, remedy: string, ask: () => Promise<unknown>): Promise<Finding> {
  try {
    await ask()
    return { verdict: 'ok', what }
  } catch (error) {
    return { verdict: 'fail', what: `${what}: no: ${(error as Error).message}`, remedy }
  }
}

async function clock({ client }: CommandContext): Promise<Finding> {
  const before = Date.now()
  const skewMs = Math.abs((await client.time().catch(() => Number.NaN)) - before)
  if (!Number.isFinite(skewMs)) return { verdict: 'ok', what: 'the server does not tell its time' }
  return skewMs <= SKEW_LIMIT_MS
    ? { verdict: 'ok', what: 'its clock agrees with the one here' }
    : {
        verdict: 'warn',
        what: `its clock is ${(skewMs / 1000).toFixed(0)} s off the one here`,
        remedy: 'let both follow NTP',
      }
}

async function sources({ client }: CommandContext): Promise<Finding[]> {
  try {
    const rows = await client.json<SourceRow[] | { sources: SourceRow[] }>('/v1/sources')
    const list = Array.isArray(rows) ? rows : rows.sources
    if (list.length === 0)
      return [{ verdict: 'warn', what: 'no source has sent anything yet', remedy: 'try: statusline ship access.log' }]
    return list.flatMap(examineSource)
  } catch (error) {
    if (error instanceof ServerRefusal) return [{ verdict: 'fail', what: `sources cannot be read: ${error.message}` }]
    throw error
  }
}

function examineSource(source: SourceRow): Finding[] {
  const { received, accepted, duplicate, rejected, shed } = source.ledger
  const findings: Finding[] = []
  const say = (verdict: Finding['verdict'], what: string, remedy?: string) =>
    findings.push({ verdict, what: `source ${source.name}: ${what}`, ...(remedy === undefined ? {} : { remedy }) })
  if (received !== accepted + duplicate + rejected + shed)
    say('fail', `its ledger does not balance (${JSON.stringify(source.ledger)})`)
  if (received > 0 && rejected / received > 0.01)
    say(
      'warn',
      `${((100 * rejected) / received).toFixed(1)} % of its records are rejected`,
      `statusline rejects list --source ${source.name}`,
    )
  for (const word of source.health.filter((word) => word.toLowerCase() !== 'ok')) say('warn', `health ${word}`)
  if (source.seriesUsed >= source.seriesBudget)
    say(
      'warn',
      `its series budget is used up (${source.seriesUsed})`,
      'name route templates for it, or raise the budget',
    )
  if (source.delivery.toLowerCase() === 'at_least_once')
    say(
      'warn',
      'its batches cannot be recognised when they come again',
      'send Idempotency-Key, log request ids, or use statusline ship',
    )
  if (findings.length === 0)
    say('ok', `${accepted} events, lag ${source.lagMs === null ? 'unknown' : `${(source.lagMs / 1000).toFixed(1)} s`}`)
  return findings
}
