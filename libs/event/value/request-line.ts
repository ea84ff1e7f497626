import type { Protocol } from '../http-event.js'
import { storable } from '../label.js'
import { isAbsent } from './absent.js'
import { protocolOf } from './protocol.js'

/** What a request line tells; garbage and empty lines tell nothing, and the event still counts. */
export interface RequestLine {
  readonly method?: string
  readonly path?: string
  readonly protocol?: Protocol
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}$/
const PROTOCOL = /^HTTP\/\d(?:\.\d)?$/

/**
 * Reads `GET /x?q HTTP/1.1`. A target may hold raw spaces where the protocol follows it; without a protocol (HTTP/0.9, or
 * a line cut short) it ends at the first space.
 */
export function requestLineOf(text: string): RequestLine {
  const trimmed = text.trim()
  if (isAbsent(trimmed)) return {}
  const first = trimmed.indexOf(' ')
  const word = first < 0 ? trimmed : trimmed.slice(0, first)
  if (!TOKEN.test(word)) return {}
  const method = word.toUpperCase()
  if (first < 0) return { method }
  const last = trimmed.lastIndexOf(' ')
  const tail = trimmed.slice(last + 1)
  const whole = PROTOCOL.test(tail)
  const target = whole
    ? trimmed.slice(first + 1, Math.max(last, first + 1))
    : (trimmed.slice(first + 1).split(' ', 1)[0] ?? '')
  const path = pathOf(target.trim())
  return { method, ...(path === undefined ? {} : { path }), ...(whole ? { protocol: protocolOf(tail) } : {}) }
}

/** The target without query string and fragment; undefined where it is absent. */
export function pathOf(target: string): string | undefined {
  const trimmed = target.trim()
  if (isAbsent(trimmed)) return undefined
  const end = trimmed.search(/[?#]/)
  const path = end < 0 ? trimmed : trimmed.slice(0, end)
  return path === '' ? undefined : storable(path)
}
