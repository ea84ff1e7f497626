import { classIndex, OUTCOME_INDEX, OUTCOMES, STATUS_CLASSES, type Catalog } from '#catalog'
import { cumulativeAt, decodeHistogram, EXPORTED_LE_MS } from '#delta'
import { labelText } from './label-text.js'
import { LineWriter } from './line-writer.js'
import { TRAFFIC_METRICS, type TrafficName, type TrafficText } from './traffic-metrics.js'

/** Everything ever counted for one set of labels, as it is stored. */
export interface TotalRow extends Place {
  /** Empty but for routes that have a label of their own. */
  readonly route: string
  /** 0 where no response was sent. */
  readonly code: number
  readonly class: number
  readonly outcome: number
  /** Backfilled events included. */
  readonly count: number
  /** Of count: replayed, or far behind the source's watermark. */
  readonly backfilled: number
  readonly bytes: number
  readonly retries: number
}

/** All durations ever measured for one set of labels, as they are stored. */
export interface TotalLatencyRow extends Place {
  readonly class: number
  readonly count: number
  readonly sum_ms: number
  readonly histogram: Uint8Array
}

interface Place {
  readonly source: string
  readonly gateway: string
  readonly service: string
}

/** How the traffic is shown. */
export interface TrafficLabels {
  /** Codes that every known service shows before their first response. */
  readonly zeroCodes: readonly number[]
  /** Whether requests have a `route` label: some routes are on the allow-list. */
  readonly routes: boolean
  readonly catalog: Catalog
}

/**
 * Writes the traffic metrics while the totals are read: first `total`, then `latency`, each ordered by source, gateway and service,
 * totals then by class, code and outcome. It holds no more than the sums of one place and the text.
 */
export class TrafficWriter {
  private readonly lines: Record<TrafficName, LineWriter> = {
    gateway_http_requests_total: new LineWriter(),
    gateway_http_backfilled_requests_total: new LineWriter(),
    gateway_http_request_duration_seconds: new LineWriter(),
    gateway_http_response_bytes_total: new LineWriter(),
    gateway_http_upstream_retries_total: new LineWriter(),
  }
  private readonly tails: AnswerTails
  private place: CountedPlace | null = null
  private timed: { readonly of: Place; readonly where: string } | null = null

  constructor(private readonly labels: TrafficLabels) {
    this.tails = new AnswerTails(labels.routes)
  }

  total(row: TotalRow): void {
    if (this.place === null || !isSamePlace(this.place.of, row)) {
      this.endPlace()
      this.place = countedPlace(row)
    }
    const { place } = this
    place.bytes += row.bytes
    place.retries += row.retries
    const { code, route, count, backfilled } = row
    const outcome = row.outcome < OUTCOMES.length ? row.outcome : OUTCOME_INDEX.unknown
    const { answer } = place
    if (answer !== null && this.isSameAnswer(answer, code, outcome, route)) {
      answer.count += count
      answer.backfilled += backfilled
      return
    }
    this.endAnswer(place)
    place.answer = { code, class: row.class, outcome, route, count, backfilled }
  }

  latency({ source, gateway, service, class: statusClass, count, sum_ms, histogram }: TotalLatencyRow): void {
    const of = { source, gateway, service }
    if (this.timed === null || !isSamePlace(this.timed.of, of)) this.timed = { of, where: labelText(of) }
    const labels = `{${this.timed.where},class="${STATUS_CLASSES[statusClass] ?? 'none'}"`
    const lines = this.lines[DURATION]
    const bucket = Buffer.from(`${DURATION}_bucket${labels}`)
    const decoded = decodeHistogram(histogram)
    // One that only a newer release can read still tells count and sum.
    const counts = decoded === null ? [] : cumulativeAt(decoded, EXPORTED_LE_MS)
    for (let edge = 0; edge < counts.length; edge++) lines.line(bucket, LE_TAILS[edge]!, counts[edge]!)
    lines.line(bucket, INFINITE, count)
    lines.line(Buffer.from(`${DURATION}_sum${labels}`), END, sum_ms / 1_000)
    lines.line(Buffer.from(`${DURATION}_count${labels}`), END, count)
  }

  /** The text of every metric, in the order of the table. */
  end(): TrafficText[] {
    this.endPlace()
    return TRAFFIC_METRICS.map(({ name }) => ({ name, chunks: this.lines[name].take() }))
  }

  private endPlace(): void {
    const { place } = this
    if (place === null) return
    this.endAnswer(place)
    this.zeros(place)
    this.lines.gateway_http_response_bytes_total.line(prefix(BYTES, place.where), END, place.bytes)
    this.lines.gateway_http_upstream_retries_total.line(prefix(RETRIES, place.where), END, place.retries)
    this.place = null
  }

  /** Without the route label, the totals of a code's routes are one. */
  private isSameAnswer(answer: Answer, code: number, outcome: number, route: string): boolean {
    return answer.code === code && answer.outcome === outcome && (!this.labels.routes || answer.route === route)
  }

  private endAnswer(place: CountedPlace): void {
    const { answer } = place
    if (answer === null) return
    const tail = this.tails.of(answer)
    this.lines.gateway_http_requests_total.line(place.requests, tail, answer.count - answer.backfilled)
    if (answer.backfilled > 0)
      this.lines.gateway_http_backfilled_requests_total.line(prefix(BACKFILLED, place.where), tail, answer.backfilled)
    place.shown.add(answerKey(answer))
    place.answer = null
  }

  private zeros({ of, requests, shown }: CountedPlace): void {
    const outcomes = this.labels.catalog.outcomeTable(of.source)
    for (const code of new Set(this.labels.zeroCodes)) {
      const answer = { code, class: classIndex(code), outcome: outcomes[code] ?? OUTCOME_INDEX.unknown, route: '' }
      if (shown.has(answerKey(answer))) continue
      this.lines.gateway_http_requests_total.line(requests, this.tails.of(answer), 0)
    }
  }
}

interface Answer {
  readonly code: number
  readonly class: number
  readonly outcome: number
  readonly route: string
}

/** What is known of a place while its totals are read. */
interface CountedPlace {
  readonly of: Place
  /** Its labels as text: `source="x",gateway="y",service="z"`. */
  readonly where: string
  /** How its lines of requests begin. */
  readonly requests: Uint8Array
  /** Answers that have a line. */
  readonly shown: Set<number>
  answer: (Answer & { count: number; backfilled: number }) | null
  bytes: number
  retries: number
}

const REQUESTS = 'gateway_http_requests_total'
const BACKFILLED = 'gateway_http_backfilled_requests_total'
const DURATION = 'gateway_http_request_duration_seconds'
const BYTES = 'gateway_http_response_bytes_total'
const RETRIES = 'gateway_http_upstream_retries_total'

const END = Buffer.from('} ')
const INFINITE = Buffer.from(',le="+Inf"} ')
const LE_TAILS = EXPORTED_LE_MS.map((edgeMs) => Buffer.from(`,le="${edgeMs / 1_000}"} `))

const prefix = (name: TrafficName, where: string): Uint8Array => Buffer.from(`${name}{${where}`)

const isSamePlace = (a: Place, b: Place): boolean =>
  a.service === b.service && a.gateway === b.gateway && a.source === b.source

function countedPlace({ source, gateway, service }: Place): CountedPlace {
  const of = { source, gateway, service }
  const where = labelText(of)
  return { of, where, requests: prefix(REQUESTS, where), shown: new Set(), answer: null, bytes: 0, retries: 0 }
}

/** Codes are below 1,000. */
const answerKey = ({ code, outcome }: Answer): number => outcome * 1_024 + code

/** How lines of requests go on behind their place; there are as many as kinds of answers, for any number of services. */
class AnswerTails {
  private readonly byRoute = new Map<string, Map<number, Uint8Array>>()

  constructor(private readonly routes: boolean) {}

  of(answer: Answer): Uint8Array {
    const route = this.routes ? answer.route : ''
    let tails = this.byRoute.get(route)
    if (tails === undefined) this.byRoute.set(route, (tails = new Map<number, Uint8Array>()))
    const key = answer.class * 65_536 + answerKey(answer)
    let tail = tails.get(key)
    if (tail === undefined) tails.set(key, (tail = this.written(answer)))
    return tail
  }

  private written({ class: statusClass, code, outcome, route }: Answer): Uint8Array {
    const shown = labelText({
      class: STATUS_CLASSES[statusClass] ?? 'none',
      code: code === 0 ? 'none' : code,
      outcome: OUTCOMES[outcome] ?? 'unknown',
      ...(this.routes ? { route } : {}),
    })
    return Buffer.from(`,${shown}} `)
  }
}
