import { MAX_LABEL_BYTES } from '../label.js'
import { BROKEN_OFF, MAX_ROUTE_SEGMENTS, MAX_WORD_BYTES, MIN_HEX_WORD_BYTES } from './template-limits.js'

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const VERSION = /^v\d{1,3}(?:\.\d{1,3})?(?:(?:alpha|beta)\d{0,2})?$/
const DATE = /^\d{4}-\d\d(?:-\d\d)?$|^\d{4}-\d\d-\d\dT[0-9:.Z+-]*$/
const HEX = /^(?:0x[0-9a-f]{2,}|[0-9a-f]{8,})$/i
const KEPT_BYTES = /^[A-Za-z0-9._~!$()*+,:-]*$/

/**
 * The route of a path: what varies from request to request becomes `{id}`, `{uuid}`, `{hex}`, `{date}` or `{token}`, and the
 * rest is kept as sent. This form is the specification; `writeTemplate` is the one that runs for every event.
 */
export function templateOf(path: string): string {
  const target = path.split(/[?#]/, 1)[0] ?? ''
  if (target === '*') return '*'
  if (/^[^/]*:\d+$/.test(target)) return '{authority}'
  const segments = segmentsOf(withoutOrigin(target))
  let route = ''
  for (const [index, segment] of segments.entries()) {
    const longer = `${route}/${segmentTemplate(segment)}`
    if (index === MAX_ROUTE_SEGMENTS || longer.length > MAX_LABEL_BYTES - BROKEN_OFF.length)
      return route + BROKEN_OFF_TEXT
    route = longer
  }
  return route === '' ? '/' : route
}

const BROKEN_OFF_TEXT = new TextDecoder().decode(BROKEN_OFF)

/** An absolute-form target without scheme and host. */
function withoutOrigin(target: string): string {
  const origin = /^[^/]*:\/\/[^/]*/.exec(target)
  return origin === null ? target : target.slice(origin[0].length)
}

/** Segments without `;parameters`; empty ones (`//`, a slash at the end) do not count. */
function segmentsOf(path: string): string[] {
  return path
    .split('/')
    .map((segment) => segment.split(';', 1)[0] ?? '')
    .filter((segment) => segment !== '')
}

function segmentTemplate(segment: string): string {
  if (!KEPT_BYTES.test(segment)) return '{token}'
  const digits = segment.replaceAll(/\D/g, '').length
  const letters = segment.replaceAll(/[^A-Za-z]/g, '').length
  if (DATE.test(segment)) return '{date}'
  if (letters === 0) return digits > 0 ? '{id}' : segment.length <= 2 ? segment : '{token}'
  if (UUID.test(segment)) return '{uuid}'
  if (VERSION.test(segment)) return segment
  if (HEX.test(segment) && (digits > 0 || segment.length >= MIN_HEX_WORD_BYTES)) return '{hex}'
  return isToken(segment, digits) ? '{token}' : segment
}

/** Words that only one request, user or article has: many digits, letters and digits in turn, long, or of five words. */
function isToken(segment: string, digits: number): boolean {
  const turns = segment.match(/[a-z](?=[A-Z0-9])|[A-Z](?=[0-9])|[0-9](?=[A-Za-z])/g)?.length ?? 0
  const joints = segment.replaceAll(/[^_-]/g, '').length
  const isScrambled = digits > 0 && segment.length >= 6 && turns * 2 >= segment.length
  return digits >= 3 || isScrambled || segment.length > MAX_WORD_BYTES || joints >= 4
}
