import { RouteRules } from './route-rules.js'
import { writeTemplate } from './write-template.js'

/** Writes the route of the path `from..to` into `out` and returns its length; see `writeTemplate`. */
export type RouteWriter = (bytes: Uint8Array, from: number, to: number, out: Uint8Array) => number

/** The writer without templates of its own. */
export const automaticRoute: RouteWriter = writeTemplate

/** The writer for a source: its own templates first, then the automatic ones. */
export function routeWriter(templates: readonly string[]): RouteWriter {
  if (templates.length === 0) return automaticRoute
  const rules = RouteRules.compile(templates)
  return (bytes, from, to, out) => rules.write(bytes, from, to, out)
}
