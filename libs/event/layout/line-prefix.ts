/** What a collector or syslog wrote before a line. */
export interface LinePrefix {
  /** Characters to leave away. */
  readonly length: number
  /** When the line was written, ISO with a zone, where the runtime says so. */
  readonly time?: string
  /** The program that wrote the line, as syslog names it. */
  readonly tag?: string
}

/** Kubernetes' container runtimes: `2026-11-22T23:20:26.123456789Z stdout F `. */
const CRI = /^(\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:\d\d)) std(?:out|err) [FP] /
/** Syslog files: `Nov 22 23:20:26 host haproxy[29418]: `, or with an ISO time, with or without the host; Fastly keeps the `<134>`. */
const SYSLOG =
  /^(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.]{8,15}(?:Z|[+-]\d\d:\d\d)) (?:[^\s[\]":]{1,255} )?([\w./-]{1,48})(?:\[\d{1,10}\])?: /

/** RFC 5424 behind its priority: version, time, host, program, process, message id, structured data. */
const SYSLOG_5424 =
  /^<\d{1,3}>1 \S{1,40} \S{1,255} (\S{1,48}) \S{1,128} \S{1,32} (?:-|(?:\[(?:[^\]"\\]|"(?:[^"\\]|\\.)*")*\])+) \uFEFF?/

/** The prefix of a line, if it has one. Bounded: looks at no more than its first 400 characters. */
export function linePrefixOf(line: string): LinePrefix | null {
  const head = line.slice(0, 400)
  const cri = CRI.exec(head)
  if (cri?.[1] !== undefined) return { length: cri[0].length, time: cri[1] }
  const syslog = SYSLOG_5424.exec(head) ?? SYSLOG.exec(head)
  return syslog?.[1] === undefined ? null : { length: syslog[0].length, tag: syslog[1] }
}
