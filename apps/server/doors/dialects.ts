import type { Dialect } from './dialect.js'
import { datadog } from './datadog.js'

/** Every dialect that is spoken over HTTP beside the generic door. */
export const DIALECTS: readonly Dialect[] = [datadog]
