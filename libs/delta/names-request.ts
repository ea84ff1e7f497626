import type { EventView } from '#event'

const ZERO = 0x30
const DASH = 0x2d
const MAYBE_NOTHING: ReadonlySet<number> = new Set([...'unUN'].map((letter) => letter.charCodeAt(0)))
const NOTHING = /^(?:undefined|unknown|none|nil)$/i

/** Whether the request id is one: zeros and the words for nothing are the same for every request. */
export const namesRequest = ({ bytes, requestIdFrom, requestIdTo }: EventView): boolean => {
  if (requestIdTo === requestIdFrom) return false
  let at = requestIdFrom
  while (at < requestIdTo && (bytes[at] === ZERO || bytes[at] === DASH)) at++
  if (at === requestIdTo) return false
  if (requestIdTo - requestIdFrom > 9 || !MAYBE_NOTHING.has(bytes[requestIdFrom]!)) return true
  return !NOTHING.test(String.fromCharCode(...bytes.subarray(requestIdFrom, requestIdTo)))
}
