import type { Segment } from './delta.js'
import { LatencyTable } from './latency-table.js'
import type { SegmentPart } from './segment-sum.js'

/** A part as a segment of its own: label ids become positions in its words. */
export const segmentOf = (part: SegmentPart, source: string): Segment => {
  const words = new Words(part)
  const { series, consumers } = part
  const latencies = part.latencies instanceof LatencyTable ? part.latencies.columns() : part.latencies
  return {
    ...part,
    source,
    words: words.texts,
    series: { ...columnsOf(series), ...words.labelled(series) },
    latencies: { ...latencies, ...words.labelled(latencies) },
    consumers: consumers.map((row) => ({ ...row, service: words.of(row.service) })),
  }
}

interface Labelled {
  readonly length: number
  readonly gateway: Int32Array
  readonly service: Int32Array
  readonly route: Int32Array
}

/** Only the columns: a table holds more. */
const columnsOf = ({ length, method, protocol, code, outcome, owner }: SegmentPart['series']) => ({
  length,
  method,
  protocol,
  code,
  outcome,
  owner,
})

/** The distinct words of the labels that are used. */
class Words {
  readonly texts: string[] = []
  private readonly byLabel: Int32Array
  private readonly byText = new Map<string, number>()

  constructor(private readonly part: SegmentPart) {
    this.byLabel = new Int32Array(part.labels).fill(-1)
  }

  of(label: number): number {
    const known = this.byLabel[label]!
    return known >= 0 ? known : (this.byLabel[label] = this.positionOf(this.part.word(label)))
  }

  labelled({ length, gateway, service, route }: Labelled): Omit<Labelled, 'length'> {
    return {
      gateway: gateway.subarray(0, length).map((label) => this.of(label)),
      service: service.subarray(0, length).map((label) => this.of(label)),
      route: route.subarray(0, length).map((label) => this.of(label)),
    }
  }

  private positionOf(word: string): number {
    const known = this.byText.get(word)
    if (known !== undefined) return known
    this.byText.set(word, this.texts.length)
    return this.texts.push(word) - 1
  }
}
