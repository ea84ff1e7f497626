import { readFileSync } from 'node:fs'
import { METRICS } from '#platform'
import { TRAFFIC_METRICS } from '#store'

describe('docs/metrics.md', () => {
  it('lists every metric with its type, labels and sentence, both ways', () => {
    const rows = readFileSync('docs/metrics.md', 'utf8').matchAll(/^\| `(\w+)` +\| (\w+) +\| (.*?) +\| (.+?) +\|$/gm)
    const documented = [...rows].map(([, name, type, labels, help]) => ({ name, type, labels, help }))
    const known = [...TRAFFIC_METRICS, ...METRICS].map(({ name, type, labels, help }) => ({
      name,
      type,
      labels: labels.map((label) => `\`${label}\``).join(', '),
      help,
    }))
    expect(documented).toEqual(known)
  })
})
