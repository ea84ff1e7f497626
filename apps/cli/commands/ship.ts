import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { UsageError, type Command, type CommandContext } from '../command.js'
import { foreignCompression } from '../ship/foreign-compression.js'
import { FileShipment, type ShipmentTime } from '../ship/file-shipment.js'
import { Progress } from '../ship/progress.js'
import { Sender } from '../ship/sender.js'

const OPTIONS = {
  follow: { type: 'boolean', short: 'f', default: false },
  source: { type: 'string' },
  format: { type: 'string' },
  'give-up-after': { type: 'string' },
} as const

/** Sends files, or standard input, to the generic door. */
export const ship: Command = {
  name: 'ship',
  asksServer: true,
  summary: 'send log files, and with --follow what is appended to them; a file sent again counts nothing twice',
  usage: 'statusline ship <file…|-> [--follow] [--source NAME] [--format NAME] [--give-up-after SECONDS]',
  run: (args, context) => shipFiles(args, context, false),
}

/** `ship` for old logs: any age that retention holds, counted in the tiers that still hold their time, never alerted. */
export const replay: Command = {
  name: 'replay',
  asksServer: true,
  summary: 'load old logs, as old as retention holds: counted, never alerted, apart in the Prometheus counters',
  usage:
    'statusline replay <file…> [--source NAME] [--format NAME] [--give-up-after SECONDS]   ' +
    '(exit code 1 where events are older than retention.daysYears of the server: they are not counted)',
  run: (args, context) => shipFiles(args, context, true),
}

async function shipFiles(args: readonly string[], context: CommandContext, replayed: boolean): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  if (positionals.length === 0) throw new UsageError('no file named')
  if (values.follow && (replayed || positionals.includes('-'))) throw new UsageError('--follow goes with files only')
  const sizes = await Promise.all(positionals.map((path) => sizeOf(path, values.follow)))
  // The size of a compressed file says nothing about what will be sent.
  const known = !values.follow && !positionals.some((path) => path === '-' || path.endsWith('.gz'))
  const progress = new Progress(context.stderr, known ? sizes.reduce((sum, size) => sum + size, 0) : null, Date.now)
  // Whatever ends one file ends them all, so that whoever started it hears of it.
  const failed = new AbortController()
  const signal = AbortSignal.any([context.signal, failed.signal])
  const sender = new Sender(context.client, {
    source: values.source,
    format: values.format,
    replay: replayed,
    giveUpAfterMs: giveUpAfterMs(values['give-up-after'], values.follow),
    signal,
    onRetry: (reason, waitMs) => progress.say(`${reason}; trying again in ${(waitMs / 1000).toFixed(1)} s`),
  })
  const shipment = (path: string) => new FileShipment(path, { sender, progress, signal }, timeUntil(signal))
  try {
    if (values.follow) {
      await Promise.all(positionals.map((path) => shipment(path).follow()))
    } else {
      for (const path of positionals)
        await (path === '-' ? shipStream(context.stdin, sender, progress) : shipment(path).once(!replayed))
    }
  } catch (error) {
    failed.abort()
    if (!context.signal.aborted) {
      progress.finish()
      throw error
    }
  }
  progress.finish()
  // What a log holds may be rejected; old events are what a replay is for.
  return replayed && progress.shipped.tooOld > 0 ? 1 : 0
}

const LOOK_EVERY_MS = 200

function timeUntil(signal: AbortSignal): ShipmentTime {
  return {
    now: Date.now,
    pause: () => wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined),
  }
}

const STREAM_BATCH_BYTES = 1024 * 1024
const NEWLINE = 10

/** Standard input cannot be read again: each batch gets a key of its own, so that a lost answer does not count twice. */
async function shipStream(input: NodeJS.ReadableStream, sender: Sender, progress: Progress): Promise<void> {
  const run = randomUUID()
  let held: Buffer[] = []
  let heldBytes = 0
  let sent = 0
  const send = async (body: Buffer) => {
    if (body.length > 0) progress.add(body.length, await sender.sendKeyed(`${run}-${sent++}`, body))
  }
  for await (const chunk of input) {
    held.push(chunk as Buffer)
    heldBytes += (chunk as Buffer).length
    if (heldBytes < STREAM_BATCH_BYTES) continue
    const all = Buffer.concat(held)
    const cut = all.lastIndexOf(NEWLINE) + 1
    if (cut > 0) await send(all.subarray(0, cut))
    held = [all.subarray(cut)]
    heldBytes = all.length - cut
  }
  await send(Buffer.concat(held))
}

const readInstead = (program: string): string =>
  `of compressed files only gzip (.gz) is read: decompress it first, or send what ${program} -dc FILE writes, with - for the file`

/** With `--follow` a file may come later. */
async function sizeOf(path: string, mayCome: boolean): Promise<number> {
  if (path === '-') return 0
  try {
    const found = await stat(path)
    if (!found.isFile()) throw new UsageError(`${path} is not a file; name files, or - for standard input`)
    const program = await foreignCompression(path)
    if (program !== null) throw new UsageError(`${path} is a file of ${program}; ${readInstead(program)}`)
    return found.size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    if (mayCome) return 0
    throw new UsageError(`no such file: ${path}`)
  }
}

function giveUpAfterMs(seconds: string | undefined, follow: boolean): number {
  if (seconds === undefined) return follow ? Infinity : 300_000
  const value = Number(seconds)
  if (!Number.isFinite(value) || value < 0)
    throw new UsageError(`--give-up-after ${seconds}: a number of seconds is allowed`)
  return value * 1000
}
