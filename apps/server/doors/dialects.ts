import type { Dialect } from './dialect.js'
import { datadog } from './datadog.js'
import { elastic } from './elastic/elastic.js'
import { loki } from './loki/loki.js'
import { otlp } from './otlp/otlp.js'

/** Every dialect that is spoken over HTTP beside the generic door. */
export const DIALECTS: readonly Dialect[] = [datadog, elastic, loki, otlp]
