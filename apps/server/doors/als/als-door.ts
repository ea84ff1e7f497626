import {
  logVerbosity,
  Server,
  ServerCredentials,
  setLogVerbosity,
  status,
  type ServerReadableStream,
  type sendUnaryData,
} from '@grpc/grpc-js'
import protobuf from 'protobufjs/minimal.js'
import type { PeerRules } from '#platform'
import type { DoorCounts } from '../../ingest/door-counts.js'
import type { RecordIntake } from '../../ingest/record-intake.js'
import type { SocketDoor } from '../socket-door.js'
import { readAccessLogs, type AccessLogs } from './access-log-entry.js'

/** Where the door listens. */
export interface AlsOptions {
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
  readonly messageBytes: number
}

/** What the door works with. */
export interface AlsParts {
  readonly records: RecordIntake
  readonly peers: PeerRules
  readonly counts: DoorCounts
}

const NAME = 'als'
const encoder = new TextEncoder()

/** A message as it came; null where it cannot be read. */
interface Message {
  readonly logs: AccessLogs | null
  readonly bytes: number
}

/** Envoy's gRPC access log service: streams that never end and are never answered, so they count as best effort. */
export class AlsDoor implements SocketDoor {
  readonly name = NAME
  readonly ports: Record<string, number> = {}
  private readonly server: Server

  constructor(
    private readonly options: AlsOptions,
    private readonly parts: AlsParts,
  ) {
    // What it has to say of a port that is taken stands in the error, too.
    setLogVerbosity(logVerbosity.NONE)
    this.server = new Server({ 'grpc.max_receive_message_length': options.messageBytes })
    this.server.addService(
      {
        StreamAccessLogs: {
          path: '/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs',
          requestStream: true,
          responseStream: false,
          requestSerialize: (bytes: Buffer) => bytes,
          requestDeserialize: messageOf,
          responseSerialize: () => Buffer.alloc(0),
          responseDeserialize: () => null,
        },
      },
      {
        StreamAccessLogs: (call: ServerReadableStream<Message, null>, answer: sendUnaryData<null>) =>
          this.serve(call, answer),
      },
    )
  }

  async open(): Promise<void> {
    const { host, port } = this.options
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}`
    this.ports['grpc'] = await new Promise<number>((resolve, reject) =>
      this.server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      ),
    )
  }

  close(): Promise<void> {
    this.server.forceShutdown()
    return Promise.resolve()
  }

  private serve(call: ServerReadableStream<Message, null>, answer: sendUnaryData<null>): void {
    const source = this.parts.peers.sourceOf(addressOf(call.getPeer()), NAME)
    if (source === null) {
      this.parts.counts.answered('foreign_peer', 0, null)
      return answer({ code: status.PERMISSION_DENIED, details: 'sockets.allow does not let this address in' })
    }
    let node: string | undefined
    call.on('data', ({ logs, bytes }: Message) => {
      node = logs?.node ?? node
      this.count(source, node, logs, bytes)
      this.holdUp(call)
    })
    call.on('error', () => undefined)
    call.on('end', () => answer(null, null))
  }

  private count(source: string, gateway: string | undefined, logs: AccessLogs | null, bytes: number): void {
    this.parts.counts.answered(logs === null ? 'unreadable_body' : 'accepted', bytes, null)
    const envelope = gateway === undefined ? null : { gateway }
    const entries = logs === null ? [unreadable(bytes)] : logs.entries
    for (const entry of entries) this.parts.records.take(source, encoder.encode(entry), envelope)
  }

  /** Envoy buffers a little, and then drops entries and counts them. */
  private holdUp(call: ServerReadableStream<Message, null>): void {
    if (!this.parts.records.isCrowded || call.isPaused()) return
    call.pause()
    void this.parts.records.room().then(() => call.resume())
  }
}

/** Never throws: a message that cannot be read must not end the stream with those behind it. */
function messageOf(bytes: Buffer): Message {
  try {
    return { logs: readAccessLogs(protobuf.Reader.create(bytes), bytes.length), bytes: bytes.length }
  } catch {
    return { logs: null, bytes: bytes.length }
  }
}

/** What stands in quarantine for a message: its own bytes could read as a record, or as several. */
function unreadable(bytes: number): string {
  return `a message of ${bytes} bytes that cannot be read`
}

/** The address in `127.0.0.1:4711` or `[::1]:4711`. */
function addressOf(peer: string): string {
  return peer.slice(0, peer.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1')
}
