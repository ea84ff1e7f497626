import type { Dialect } from './dialect.js'
import { datadog } from './datadog.js'
import { elastic } from './elastic/elastic.js'
import { firehose } from './firehose/firehose.js'
import { loki } from './loki/loki.js'
import { otlp } from './otlp/otlp.js'
import { pubsub } from './pubsub/pubsub.js'
import { splunk } from './splunk/splunk.js'

/** Every dialect that is spoken over HTTP beside the generic door. */
export const DIALECTS: readonly Dialect[] = [datadog, elastic, firehose, loki, otlp, pubsub, splunk]
