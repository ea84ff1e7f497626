/** What goes wrong at a moment of the story. */
export interface Trouble {
  /** Share of checkout requests that end as 502 or 504. */
  readonly checkoutFailures: number
  /** 429 answers per second that one consumer of the search service causes. */
  readonly floodPerSecond: number
}

export const CALM: Trouble = { checkoutFailures: 0.002, floodPerSecond: 0 }

/** One gateway of the story: how it writes a line, and which services stand behind it. */
interface Gateway {
  readonly source: string
  readonly services: readonly { readonly name: string; readonly paths: readonly string[]; readonly perSecond: number }[]
  readonly line: (request: Request) => string
}

interface Request {
  readonly endMs: number
  readonly service: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly upstream: string
  readonly durationMs: number
  readonly bytes: number
  readonly id: string
  readonly consumer: string
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const GATEWAYS: readonly Gateway[] = [
  {
    source: 'edge-nginx',
    services: [
      { name: 'shop.example', paths: ['/', '/p/#', '/assets/app.js', '/cart'], perSecond: 12 },
      { name: 'checkout.example', paths: ['/v1/checkout/#', '/v1/payments/#/capture'], perSecond: 8 },
    ],
    line: (r) =>
      `192.0.2.7 - - [${commonLogTime(r.endMs)}] "${r.method} ${r.path}?session=hidden HTTP/1.1" ${r.status} ${r.bytes} "-" "demo/1.0" ` +
      `rt=${(r.durationMs / 1000).toFixed(3)} us="${r.upstream}" host=${r.service} rid=${r.id}\n`,
  },
  {
    source: 'api-gateway',
    services: [
      { name: 'search', paths: ['/search', '/suggest'], perSecond: 10 },
      { name: 'orders', paths: ['/orders', '/orders/#', '/orders/#/items'], perSecond: 6 },
    ],
    line: (r) =>
      `${JSON.stringify({
        ts: new Date(r.endMs).toISOString(),
        service: r.service,
        method: r.method,
        path: r.path,
        status: r.status,
        upstream_status: r.upstream,
        duration_ms: r.durationMs,
        bytes: r.bytes,
        consumer: r.consumer,
        request_id: r.id,
      })}\n`,
  },
]

/** Every line that the gateways write in `fromMs..toMs`, by source. */
export function traffic(fromMs: number, toMs: number, trouble: Trouble, random: () => number): Map<string, string> {
  const bodies = new Map<string, string>()
  for (const gateway of GATEWAYS) {
    const requests = gateway.services.flatMap((service) => {
      const flood = service.name === 'search' ? trouble.floodPerSecond : 0
      const count = poissonLike(((toMs - fromMs) / 1000) * service.perSecond, random)
      const extra = poissonLike(((toMs - fromMs) / 1000) * flood, random)
      return [
        ...Array.from({ length: count }, () => request(service, fromMs, toMs, trouble, random)),
        ...Array.from({ length: extra }, () => throttled(service, fromMs, toMs, random)),
      ]
    })
    requests.sort((a, b) => a.endMs - b.endMs)
    bodies.set(gateway.source, requests.map(gateway.line).join(''))
  }
  return bodies
}

function request(
  service: { readonly name: string; readonly paths: readonly string[] },
  fromMs: number,
  toMs: number,
  trouble: Trouble,
  random: () => number,
): Request {
  const failing = service.name === 'checkout.example' && random() < trouble.checkoutFailures
  const status = failing ? (random() < 0.7 ? 502 : 504) : pickStatus(random())
  return {
    ...common(service, fromMs, toMs, random),
    status,
    upstream: failing ? '-' : String(status),
    durationMs: failing ? 3000 + Math.round(random() * 2000) : Math.round(5 + 200 * random() ** 4),
    consumer: `tenant-${Math.floor(random() * 20)}`,
  }
}

function throttled(
  service: { readonly name: string; readonly paths: readonly string[] },
  fromMs: number,
  toMs: number,
  random: () => number,
): Request {
  return { ...common(service, fromMs, toMs, random), status: 429, upstream: '-', durationMs: 1, consumer: 'crawler-9' }
}

function common(
  service: { readonly name: string; readonly paths: readonly string[] },
  fromMs: number,
  toMs: number,
  random: () => number,
) {
  const path = service.paths[Math.floor(random() * service.paths.length)] ?? '/'
  return {
    endMs: Math.floor(fromMs + random() * (toMs - fromMs)),
    service: service.name,
    method: random() < 0.8 ? 'GET' : 'POST',
    path: path.replace('#', String(1000 + Math.floor(random() * 100_000))),
    bytes: Math.round(200 + random() * 5000),
    id: Array.from({ length: 4 }, () =>
      Math.floor(random() * 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    ).join(''),
  }
}

function pickStatus(at: number): number {
  if (at < 0.9) return 200
  if (at < 0.93) return 304
  if (at < 0.95) return 201
  if (at < 0.97) return 302
  if (at < 0.99) return 404
  if (at < 0.997) return 401
  return at < 0.999 ? 429 : 500
}

/** Close enough to a Poisson count for a story: the mean, shaken by its square root. */
function poissonLike(mean: number, random: () => number): number {
  return Math.max(0, Math.round(mean + Math.sqrt(mean) * (random() + random() + random() - 1.5)))
}

const two = (n: number) => String(n).padStart(2, '0')

function commonLogTime(ms: number): string {
  const t = new Date(ms)
  return (
    `${two(t.getUTCDate())}/${MONTHS[t.getUTCMonth()]}/${t.getUTCFullYear()}:` +
    `${two(t.getUTCHours())}:${two(t.getUTCMinutes())}:${two(t.getUTCSeconds())} +0000`
  )
}
