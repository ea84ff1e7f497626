/* Limits that TypeScript and AssemblyScript both read. */

/** Longest gateway, service, host, route, consumer and id that is kept, in UTF-8 bytes; what is longer is cut. */
export const MAX_LABEL_BYTES = 200
