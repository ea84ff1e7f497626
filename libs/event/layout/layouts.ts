import { kong } from './json/kong.js'
import { traefik } from './json/traefik.js'
import { caddy } from './json/caddy.js'
import { alb } from './text/alb.js'
import type { Layout } from './layout.js'

/**
 * The built-in layouts in the order in which they are tried. Layouts that share a name are the text and the JSON form of
 * one product's log.
 */
export const LAYOUTS: readonly Layout[] = [kong, traefik, caddy, alb]

/** Keys in lower case by which the byte scanner leaves a JSON record to the exact path. */
export const LAYOUT_MARKS: ReadonlySet<string> = new Set(
  LAYOUTS.flatMap((layout) => (layout.kind === 'json' ? layout.marks : [])),
)
