import { text } from 'node:stream/consumers'
import type { AnyValueMap } from '@opentelemetry/api-logs'
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtobufExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'

/** What the sender process is told. */
export interface SenderOrder {
  readonly type: 'json' | 'protobuf'
  readonly gzip: boolean
  readonly batch: number
  readonly url: string
  readonly headers: Record<string, string>
  readonly records: readonly SentRecord[]
}

/** A log record as a program emits it. */
export interface SentRecord {
  readonly body?: string | AnyValueMap
  readonly attributes?: AnyValueMap
}

// A process of its own, as any program with the SDK is one: sends the records that it reads as JSON, and ends.
const { type, gzip, batch, url, headers, records } = JSON.parse(await text(process.stdin)) as SenderOrder
const Exporter = type === 'json' ? JsonExporter : ProtobufExporter
const exporter = new Exporter({ url, headers, ...(gzip && { compression: 'gzip' as never }) })
const processor = new BatchLogRecordProcessor({ exporter, maxExportBatchSize: batch, scheduledDelayMillis: 50 })
const provider = new LoggerProvider({
  resource: resourceFromAttributes({ 'service.name': 'pay' }),
  processors: [processor],
})
const logger = provider.getLogger('test')
for (const record of records) logger.emit(record)
await provider.shutdown()
