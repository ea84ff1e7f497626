import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { interrupted } from './interrupt.js'
import { Random } from './random.js'
import { BEGIN_MS, SPAN_MS } from './span.js'

/** One generated request, before it is written as a line. */
export interface Request {
  readonly atMs: number
  readonly gateway: string
  readonly service: string
  readonly method: string
  readonly path: string
  readonly query: string
  readonly status: number
  readonly bytes: number
  readonly durationMs: number
  readonly requestId: string
}

export const LAYOUTS = ['combined', 'ndjson'] as const
export type Layout = (typeof LAYOUTS)[number]

/** What a file holds, known from its making. */
export interface CorpusFile {
  readonly path: string
  readonly layout: Layout
  readonly lines: number
  readonly bytes: number
  /** Lines by status code. */
  readonly byStatus: Readonly<Record<string, number>>
}

export const SEED = 20_261_123

const SERVICES = ['shop', 'cart', 'search', 'auth', 'media', 'billing'] as const
const GATEWAYS = ['edge-1', 'edge-2'] as const
const STATUSES = [
  ...Array.from({ length: 860 }, () => 200),
  ...Array.from({ length: 25 }, () => 201),
  ...Array.from({ length: 15 }, () => 204),
  ...Array.from({ length: 20 }, () => 301),
  ...Array.from({ length: 20 }, () => 304),
  ...Array.from({ length: 8 }, () => 400),
  ...Array.from({ length: 6 }, () => 401),
  ...Array.from({ length: 24 }, () => 404),
  ...Array.from({ length: 10 }, () => 429),
  ...Array.from({ length: 2 }, () => 499),
  500,
  500,
  500,
  502,
  502,
  502,
  502,
  503,
  503,
  504,
] as const
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
  'okhttp/4.12.0',
  'curl/8.11.0',
] as const

/** Routes and how they are called; `#` a number, `%` a UUID, `@` 24 hex digits. Four of ten paths are plain. */
const ROUTES = [
  { shape: '/api/v1/products', methods: ['GET'] },
  { shape: '/api/v1/products/#', methods: ['GET'] },
  { shape: '/api/v1/orders/#', methods: ['GET', 'GET', 'GET', 'PUT', 'DELETE'] },
  { shape: '/api/v1/cart', methods: ['GET', 'POST'] },
  { shape: '/api/v1/users/%/profile', methods: ['GET'] },
  { shape: '/api/v1/orders/#/items/#', methods: ['GET', 'PUT'] },
  { shape: '/assets/app.js', methods: ['GET'] },
  { shape: '/api/v2/search', methods: ['POST'] },
  { shape: '/healthz', methods: ['HEAD'] },
  { shape: '/api/v1/sessions/@', methods: ['GET', 'DELETE'] },
  { shape: '/api/v1/invoices/%', methods: ['GET'] },
  { shape: '/api/v1/reports/2026-11-23', methods: ['GET'] },
] as const

/** Endless requests of one hour's traffic, in order of time. */
export function* requests(count: number, seed = SEED): Generator<Request> {
  const random = new Random(seed)
  for (let at = 0; at < count; at++) {
    const status = STATUSES[random.below(STATUSES.length)]!
    const { shape, methods } = random.skewed(ROUTES)
    yield {
      atMs: BEGIN_MS + Math.floor((at / count) * SPAN_MS),
      gateway: GATEWAYS[random.below(2)]!,
      service: random.skewed(SERVICES),
      method: methods[random.below(methods.length)]!,
      path: shape.replaceAll(/[#%@]/g, (kind) => idOf(kind, random)),
      query: random.below(4) === 0 ? `?page=${random.below(50)}` : '',
      status,
      bytes: 80 + Math.floor(40_000 * random.next() ** 4),
      // Log-normal around 20 ms, in whole milliseconds as nginx writes them.
      durationMs: Math.round(Math.exp(3 + (random.next() + random.next() + random.next() - 1.5) * 2)),
      requestId: random.hex(32),
    }
  }
}

/** A request as a line of the layout, without its line end. */
export const lineOf = (layout: Layout, request: Request): string =>
  layout === 'combined' ? combinedLine(request) : ndjsonLine(request)

/** Writes `count` lines to `path`; the same seed gives the same bytes. */
export const writeCorpus = async (path: string, layout: Layout, count: number, seed = SEED): Promise<CorpusFile> => {
  interrupted.throwIfAborted()
  const file = createWriteStream(path)
  const byStatus: Record<string, number> = {}
  let [bytes, block] = [0, '']
  for (const request of requests(count, seed)) {
    byStatus[request.status] = (byStatus[request.status] ?? 0) + 1
    block += `${lineOf(layout, request)}\n`
    if (block.length < 1 << 20) continue
    bytes += block.length
    if (!file.write(block, 'latin1')) await once(file, 'drain')
    block = ''
  }
  file.end(block, 'latin1')
  await once(file, 'close')
  return { path, layout, lines: count, bytes: bytes + block.length, byStatus }
}

const idOf = (kind: string, random: Random): string => {
  if (kind === '#') return String(1000 + random.below(9_000_000))
  const hex = random.hex(32)
  if (kind === '@') return hex.slice(0, 24)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

const clfTime = (atMs: number): string => {
  const iso = new Date(atMs).toISOString()
  return `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`
}

const combinedLine = (request: Request): string => {
  const { requestId, atMs, method, path, query, status, bytes, durationMs } = request
  const address = `203.0.113.${Number.parseInt(requestId.slice(0, 2), 16)}`
  const agent = AGENTS[Number.parseInt(requestId.slice(2, 4), 16) % AGENTS.length]
  const target = `${method} ${path}${query} HTTP/1.1`
  const seconds = (durationMs / 1000).toFixed(3)
  return `${address} - - [${clfTime(atMs)}] "${target}" ${status} ${bytes} "-" "${agent}" rt=${seconds}`
}

const ndjsonLine = (request: Request): string => {
  const { atMs, gateway, service, method, path, query, status, bytes, durationMs, requestId } = request
  const upstream = status === 429 || status === 499 ? '""' : `"${status}"`
  return (
    `{"ts":"${new Date(atMs).toISOString()}","gateway":"${gateway}","service":"${service}","method":"${method}",` +
    `"path":"${path}${query}","status":${status},"upstream_status":${upstream},"duration_ms":${durationMs},` +
    `"bytes":${bytes},"request_id":"${requestId}"}`
  )
}
