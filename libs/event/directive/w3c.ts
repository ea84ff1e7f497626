import type { Layout } from '../layout/layout.js'
import { cloudfrontDialect } from '../layout/text/cloudfront.js'
import { MAX_W3C_COLUMNS, W3cColumns } from '../layout/text/w3c-columns.js'
import { W3cReader } from '../layout/text/w3c-reader.js'
import { w3cDialect } from '../layout/text/w3c.js'

const ALLOWED = 'allowed: the #Fields line of the log'

/**
 * The layout of a W3C extended log by its `#Fields:` line (the word itself may be left out), for bodies that do not begin with
 * it. A header in a body still beats it.
 */
export function compileW3c(name: string, fieldsLine: string): Layout | { readonly problem: string } {
  const columns = W3cColumns.of(fieldsLine)
  const { names } = columns
  if (names.length > MAX_W3C_COLUMNS)
    return { problem: `names more fields than any log has; allowed: at most ${MAX_W3C_COLUMNS}` }
  const twice = names.find((field, at) => names.indexOf(field) !== at)
  if (twice !== undefined) return { problem: `names ${JSON.stringify(twice)} twice; ${ALLOWED}` }
  if (!columns.has('sc-status')) return { problem: `names no sc-status, which is the status; ${ALLOWED}` }
  const dialect = columns.isCloudFront ? cloudfrontDialect : w3cDialect
  const sentence = columns.isCloudFront ? 'Your own choice of CloudFront fields.' : 'Your own W3C extended log.'
  const reader = () => new W3cReader(dialect, columns)
  return { kind: 'text', name, sentence, reader, mismatch: (line) => columns.mismatch(line) }
}
