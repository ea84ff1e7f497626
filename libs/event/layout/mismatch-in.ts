import { nginxText } from '../directive/nginx.js'
import type { Format } from '../format.js'
import { linePrefixOf } from './line-prefix.js'
import type { TextLayout } from './layout.js'
import type { Mismatch } from './pattern.js'
import { W3cColumns } from './text/w3c-columns.js'

/** What every line of the combined family begins with. */
const COMMON = nginxText(
  { name: 'common', sentence: '' },
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent',
)

/**
 * Where a line stops being of a format whose lines have one layout, or of the columns that a `#Fields` line before it named,
 * counted from the start of the line as it came; null where it does not, or where the format cannot tell.
 */
export function mismatchIn(format: Format, line: string, fields: string | null = null): Mismatch | null {
  const mismatchOf = fields === null ? mismatchOfOnly(format) : (text: string) => W3cColumns.of(fields).mismatch(text)
  const whole = mismatchOf?.(line) ?? null
  const prefix = linePrefixOf(line)?.length ?? 0
  // A line that is as it should be past what looks like a prefix has none.
  if (whole === null || prefix === 0 || whole.at > prefix) return whole
  const behind = mismatchOf?.(line.slice(prefix)) ?? null
  return behind === null ? null : { ...behind, at: behind.at + prefix }
}

function mismatchOfOnly({ text: [layout, ...others], combined }: Format): TextLayout['mismatch'] {
  if (others.length > 0 || (combined && layout !== undefined)) return undefined
  return combined ? COMMON.mismatch : layout?.mismatch
}
