import { nginxText } from '../directive/nginx.js'
import type { Format } from '../format.js'
import { linePrefixOf } from './line-prefix.js'
import type { Mismatch } from './pattern.js'

/** What every line of the combined family begins with. */
const COMMON = nginxText(
  { name: 'common', sentence: '' },
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent',
)

/**
 * Where a line stops being of a format whose lines have one layout, counted from the start of the line as it came; null where
 * it does not, or where the format cannot tell.
 */
export function mismatchIn({ text: [layout, ...others], combined }: Format, line: string): Mismatch | null {
  if (others.length > 0 || (combined && layout !== undefined)) return null
  const named = combined ? COMMON : layout
  const whole = named?.mismatch?.(line) ?? null
  const prefix = linePrefixOf(line)?.length ?? 0
  // A line that is as it should be past what looks like a prefix has none.
  if (whole === null || prefix === 0 || whole.at > prefix) return whole
  const behind = named?.mismatch?.(line.slice(prefix)) ?? null
  return behind === null ? null : { ...behind, at: behind.at + prefix }
}
