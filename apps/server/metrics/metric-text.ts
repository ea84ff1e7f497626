import { Registry } from 'prom-client'
import { escaped, labelText, numberText, STEP, type Turns } from '#store'
import type { MetricFamily, MetricValue } from './metric-family.js'

/** The exposition formats, and the words of an Accept header that ask for them. */
export const CONTENT_TYPES = {
  prometheus: Registry.PROMETHEUS_CONTENT_TYPE,
  openMetrics: Registry.OPENMETRICS_CONTENT_TYPE,
} as const
export type MetricFormat = keyof typeof CONTENT_TYPES

/** One metric, with its values as text that both formats share. */
export interface FamilyText extends Pick<MetricFamily, 'name' | 'help' | 'type'> {
  /** Whole lines, in pieces of some hundred KB at most. */
  readonly chunks: readonly Uint8Array[]
}

/** Long enough to be few, short enough to be made at one go. */
const CHUNK_LENGTH = 64 * 1024

/** Writes the values of families down. Long ones are written in turn with everything else that the thread has to do. */
export async function writeFamilies(families: readonly MetricFamily[], turns: Turns): Promise<FamilyText[]> {
  const texts: FamilyText[] = []
  for (const { name, help, type, values } of families)
    texts.push({ name, help, type, chunks: await writeValues(name, values, turns) })
  return texts
}

/** The whole answer, piece by piece. */
export function* exposition(texts: readonly FamilyText[], format: MetricFormat): Generator<Uint8Array> {
  for (const [place, { name, help, type, chunks }] of texts.entries()) {
    const isOpen = format === 'openMetrics'
    const shown = isOpen && type === 'counter' ? name.replace(/_total$/, '') : name
    const gap = place > 0 && !isOpen ? '\n' : ''
    yield Buffer.from(`${gap}# HELP ${shown} ${escaped(help)}\n# TYPE ${shown} ${type}\n`)
    yield* chunks
  }
  if (format === 'openMetrics') yield Buffer.from('# EOF\n')
}

async function writeValues(name: string, values: Iterable<MetricValue>, turns: Turns): Promise<Buffer[]> {
  const chunks: Buffer[] = []
  let text = ''
  let lines = 0
  for (const value of values) {
    if (++lines % STEP === 0) await turns.next()
    text += lineOf(name, value)
    if (text.length < CHUNK_LENGTH) continue
    chunks.push(Buffer.from(text))
    text = ''
  }
  if (text !== '') chunks.push(Buffer.from(text))
  return chunks
}

function lineOf(name: string, { metricName = name, labels, value }: MetricValue): string {
  const text = labelText(labels)
  return `${metricName}${text === '' ? '' : `{${text}}`} ${numberText(value)}\n`
}
