import { seededRandom } from '#platform'
import { ownFormats, type Directive } from '#event'
import { Decoder, DIRECTIVES, FORMATS } from './decoders.js'
import { Inputs, type Input } from './inputs.js'

/** `npm run fuzz` asks for a million and more; 20,000 keep the usual run short. */
const INPUTS = Number(process.env['STATUSLINE_FUZZ_INPUTS'] ?? 20_000)
/** One seed for the usual run, so that it fails for a change and not for its luck; `SEED` or the clock for the long one. */
const SEED = Number(process.env['SEED'] ?? (INPUTS > 20_000 ? Date.now() % 2 ** 31 : 1))
/** Of this share of the inputs one is 64 KiB long. */
const LONG_EVERY = 250
const DEADLINE_MS = 3_600_000

/** What a record may take of the processor; a first run that is slow may have been compiled meanwhile, and is tried again. */
const MAX_MS = 5
const MAX_MS_PER_KIB = 1
const MAX_MS_PER_LINE = 0.1
const LINE_FEED = 0x0a
const TRIES = 8

/** Runs something as often as it takes to be sure that it is not slow; returns the shortest time of this thread in ms. */
function shortestMs(run: () => void, allowedMs: number): number {
  let shortest = Infinity
  for (let tries = 0; tries < TRIES && shortest > allowedMs; tries++) {
    const from = process.threadCpuUsage()
    run()
    const { user, system } = process.threadCpuUsage(from)
    shortest = Math.min(shortest, (user + system) / 1000)
  }
  return shortest
}

/** Why an input was not read as it should be; null: all is well. */
function troubleWith(decoder: Decoder, { bytes }: Input, cut: number): string | null {
  const lines = bytes.reduce((count, byte) => (byte === LINE_FEED ? count + 1 : count), 0)
  const allowedMs = MAX_MS + (bytes.length / 1024) * MAX_MS_PER_KIB + lines * MAX_MS_PER_LINE
  try {
    const parseMs = shortestMs(() => decoder.parse(bytes), allowedMs)
    const scanMs = shortestMs(() => decoder.scan(bytes, cut), allowedMs)
    const slowest = Math.max(parseMs, scanMs)
    return slowest <= allowedMs ? null : `took ${slowest.toFixed(1)} ms where ${allowedMs.toFixed(1)} are allowed`
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
}

/** Enough to repeat it: the whole input, or the head of a long one. */
function shown({ bytes }: Input): string {
  return Buffer.from(bytes.subarray(0, 2048)).toString('base64')
}

describe('the decoders of every format', () => {
  it(
    `read ${INPUTS} inputs of no sense (SEED=${SEED}) without an exception, a loss or a long time`,
    () => {
      const random = seededRandom(SEED)
      const inputs = new Inputs(random)
      const decoders = FORMATS.map((format) => new Decoder(format))
      const byName = new Map(decoders.map((decoder) => [decoder.format.name, decoder]))
      for (let count = 0; count < INPUTS; count++) {
        const input = count % LONG_EVERY === 0 ? inputs.long() : inputs.next()
        const own = input.format === null || random() < 0.5 ? undefined : byName.get(input.format)
        const decoder = own ?? (decoders[Math.floor(random() * decoders.length)] as Decoder)
        const trouble = troubleWith(decoder, input, Math.floor(random() * input.bytes.length))
        if (trouble !== null)
          throw new Error(
            `SEED=${SEED}, input ${count}, read as ${decoder.format.name}, base64 ${shown(input)}: ${trouble}`,
          )
      }
    },
    DEADLINE_MS,
  )

  it(
    'compile directives of no sense, or say what is wrong in one line',
    () => {
      const random = seededRandom(SEED)
      const inputs = new Inputs(random)
      const given = [...DIRECTIVES.values()].flatMap((directive) => Object.entries(directive))
      const text = new TextDecoder()
      for (let count = 0; count < INPUTS / 10; count++) {
        const [kind, directive] = given[Math.floor(random() * given.length)] as [string, string]
        const wrong = text.decode(inputs.mutantOf(new TextEncoder().encode(directive)))
        const { problems } = ownFormats(new Map([['mine', { [kind]: wrong } as Directive]]))
        const isLine = problems.every((problem) => /^formats\.mine: [^\n]{1,600}$/.test(problem))
        if (!isLine)
          throw new Error(`SEED=${SEED}, directive ${count}, ${kind} ${JSON.stringify(wrong)}: ${problems.join('\n')}`)
      }
    },
    DEADLINE_MS,
  )
})
