/** Chosen for many small durable appends and one folder at a time, in under 300 MB. */
const DEFAULTS: Readonly<Record<string, string>> = {
  max_connections: '100',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  checkpoint_completion_target: '0.9',
  autovacuum_naptime: '10s',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Statements fail in the application's sight; only what the server itself has to say is kept, so that its log stays small.
  log_min_messages: 'log',
  log_checkpoints: 'off',
  log_autovacuum_min_duration: '-1',
}

/** What makes an acknowledgement true; no caller can switch it off. */
const DURABLE: Readonly<Record<string, string>> = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
}

/** The command-line settings of the server: defaults, then the caller's, then those that make "durable" true. */
export function serverArguments(folder: string, port: number, settings: Readonly<Record<string, string>>): string[] {
  const address = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '' }
  const all = { ...DEFAULTS, ...settings, ...DURABLE, ...address }
  return ['-D', folder, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}
