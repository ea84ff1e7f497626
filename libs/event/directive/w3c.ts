import { cloudfrontDialect } from '../layout/text/cloudfront.js'
import type { Layout } from '../layout/layout.js'
import { W3cColumns } from '../layout/text/w3c-columns.js'
import { W3cReader } from '../layout/text/w3c-reader.js'
import { w3cDialect } from '../layout/text/w3c.js'

/** No log has more columns; the bound keeps a mistake from becoming a slow reader. */
const MAX_COLUMNS = 256

/**
 * The layout of a W3C extended log by its `#Fields:` line (the word itself may be left out), for bodies that do not begin with
 * the line. `problem` says in one sentence what keeps it from being a layout.
 */
export function compileW3c(name: string, fieldsLine: string): Layout | { readonly problem: string } {
  const columns = W3cColumns.of(fieldsLine)
  if (columns.names.length === 0) return { problem: 'it names no fields' }
  if (columns.names.length > MAX_COLUMNS) return { problem: `it names more than ${MAX_COLUMNS} fields` }
  const twice = columns.names.find((field, at) => columns.names.indexOf(field) !== at)
  if (twice !== undefined) return { problem: `it names ${twice} twice` }
  if (!columns.has('sc-status')) return { problem: 'it names no sc-status, which tells the status' }
  const dialect = columns.isCloudFront ? cloudfrontDialect : w3cDialect
  const sentence = `W3C extended log with the fields ${columns.names.join(' ')}`
  return { kind: 'text', name, sentence, reader: () => new W3cReader(dialect, columns) }
}
