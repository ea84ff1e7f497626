import { setImmediate as nextTurn } from 'node:timers/promises'
import { Registry } from 'prom-client'
import { SelfMetrics } from '#platform'
import { Turns } from '#store'
import type { MetricFamily, MetricValue } from './metric-family.js'
import { CONTENT_TYPES, exposition, writeFamilies, type FamilyText, type MetricFormat } from './metric-text.js'

const textOf = (texts: readonly FamilyText[], format: MetricFormat) =>
  Buffer.concat([...exposition(texts, format)]).toString()

const ODD = ['', 'plain', 'a"b', 'back\\slash', 'two\nlines', '\\n', 'ünïcode ✓', '{other}', 'a,b="c"']
const NUMBERS = [0, 1, -1, 0.1, 1e21, 1e-7, 2 ** 53, Infinity, -Infinity]

const family = (some: Partial<MetricFamily>): MetricFamily => ({
  name: 'things_total',
  help: 'Things.',
  type: 'counter',
  values: [],
  ...some,
})

/** What the client library writes, but for its spelling of NaN, which OpenMetrics does not know. */
async function written(families: readonly MetricFamily[], format: MetricFormat): Promise<string> {
  const registry = new Registry<(typeof CONTENT_TYPES)[MetricFormat]>()
  registry.setContentType(CONTENT_TYPES[format])
  for (const each of families) {
    const metric = { ...each, get: () => Promise.resolve(metric) }
    registry.registerMetric(metric as unknown as Parameters<Registry['registerMetric']>[0])
  }
  return (await registry.metrics()).replaceAll(/ Nan$/gm, ' NaN')
}

describe.each(['prometheus', 'openMetrics'] as const)('the text in the format %s', (format) => {
  it.each<[string, readonly MetricFamily[]]>([
    ['values of every kind', [family({ values: NUMBERS.map((value, n) => ({ value, labels: { n } })) })]],
    ['labels of every kind', [family({ values: ODD.map((label) => ({ value: 1, labels: { label, other: label } })) })]],
    ['no labels', [family({ name: 'up', type: 'gauge', values: [{ value: 1, labels: {} }] })]],
    ['no values, and a sentence of two lines', [family({ help: 'One \\ two\nthree "four".' }), family({ name: 'b' })]],
    [
      'names of their own',
      [
        family({
          name: 'h',
          type: 'histogram',
          values: [{ metricName: 'h_bucket', value: 1, labels: { le: '+Inf' } }],
        }),
      ],
    ],
  ])('is what the client library writes: %s', async (_, families) => {
    expect(textOf(await writeFamilies(families, new Turns()), format)).toBe(await written(families, format))
  })

  it('is what the client library writes for its own metrics', async () => {
    const self = new SelfMetrics()
    self.histogram('statusline_ingest_seconds').observe({ door: 'a"b' }, 0.2)
    self.counter('statusline_quarantine_dropped_total').inc(3)
    const families = (await self.registry.getMetricsAsJSON()) as unknown as MetricFamily[]
    expect(textOf(await writeFamilies(families, new Turns()), format)).toBe(await written(families, format))
  })
})

function* manyValues(): Generator<MetricValue> {
  for (let n = 0; n < 200_000; n++) yield { value: n, labels: { service: `service-${n}`, code: 200 } }
}

it('writes many values in pieces, while others have their turn', async () => {
  const writing = { turnsOfOthers: 0, isDone: false }
  const others = (async () => {
    for (; !writing.isDone; writing.turnsOfOthers++) await nextTurn()
  })()
  const texts = await writeFamilies([family({ values: manyValues() })], new Turns())
  writing.isDone = true
  await others
  const lines = textOf(texts, 'prometheus').split('\n')
  expect(lines.length).toBe(200_000 + 3)
  expect(lines.at(-2)).toBe('things_total{service="service-199999",code="200"} 199999')
  expect(writing.turnsOfOthers).toBeGreaterThan(5)
  expect(Math.max(...(texts[0]?.chunks ?? []).map((chunk) => chunk.length))).toBeLessThan(70_000)
})
