/** A door with a port of its own. */
export interface SocketDoor {
  /** Label in the metrics, and the source of senders on this machine where no rule names another. */
  readonly name: string
  /** Ports that it listens on, by protocol, once it is open. */
  readonly ports: Readonly<Record<string, number>>
  /** Listens; rejects where a port is taken or may not be had. */
  open(): Promise<void>
  /** Takes nothing more; what was received has been handed over when it resolves. */
  close(): Promise<void>
}
