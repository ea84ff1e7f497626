import { Formats } from '../format.js'
import type { Layout } from '../layout/layout.js'
import { RecordParser, type Read } from '../layout/record-parser.js'

/** What a compiled directive reads out of one record. */
export function readBy(layout: Layout | { readonly problem: string }, record: string, timeZone = 'UTC'): Read {
  if ('problem' in layout) throw new Error(layout.problem)
  const format = new Formats([layout]).get(layout.name)
  if (format === undefined) throw new Error(`no format ${layout.name}`)
  const parser = new RecordParser(format, { timeZone, maxDepth: 32 })
  return record.startsWith('{') ? parser.json(record) : parser.line(record)
}

/** The problem of a directive; empty where it compiles. */
export function problemOf(layout: Layout | { readonly problem: string }): string {
  return 'problem' in layout ? layout.problem : ''
}
