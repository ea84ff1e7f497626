import { METRICS, type MetricRow } from './metric-table.js'
import { SelfMetrics } from './self-metrics.js'

const rows: readonly MetricRow[] = METRICS

describe('SelfMetrics', () => {
  it('has the metrics of the table that a process measures, and those of the process', async () => {
    const { registry } = new SelfMetrics()
    const names = registry.getMetricsAsArray().map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(rows.filter(({ from }) => from === 'process').map(({ name }) => name)))
    expect(names).toEqual(
      expect.arrayContaining(['statusline_process_cpu_seconds_total', 'statusline_nodejs_eventloop_lag_seconds']),
    )
    expect(names.filter((name) => !name.startsWith('statusline_'))).toEqual([])
  })

  it('counts apart from other registries of the same process', async () => {
    const [first, second] = [new SelfMetrics(), new SelfMetrics()]
    first.counter('statusline_ingest_requests_total').inc({ door: 'generic', reason: 'accepted' }, 2)
    first.gauge('statusline_body_bytes').set(7)
    first.histogram('statusline_fold_seconds').observe(0.2)
    expect(await first.registry.metrics()).toContain(
      'statusline_ingest_requests_total{door="generic",reason="accepted"} 2',
    )
    expect(await second.registry.metrics()).not.toContain('door="generic"')
  })

  it('names metrics as promtool wants them', async () => {
    const metrics = await new SelfMetrics().registry.getMetricsAsJSON()
    const named = [...metrics.map(({ name, type, help }) => ({ name, type: String(type), help })), ...rows]
    expect(named.filter(({ name, type }) => (type === 'counter') !== name.endsWith('_total'))).toEqual([])
    expect(named.filter(({ help }) => help === '')).toEqual([])
    expect(rows.filter(({ help }) => !/^[A-Z].*\.$/.test(help))).toEqual([])
    expect(rows.filter(({ type, buckets }) => (type === 'histogram') !== (buckets !== undefined))).toEqual([])
  })
})
