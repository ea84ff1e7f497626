/** Knows which methods each address takes, for the Allow header of 405. Fastify itself only answers 404. */
export class AllowedMethods {
  private readonly routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = []

  /** `url` as in a Fastify route: `/v1/ingest/:source`, `/files/*`. */
  add(url: string, methods: readonly string[]): void {
    const source = url
      .split('/')
      .map((segment) => (segment.startsWith(':') ? '[^/]+' : segment === '*' ? '.*' : escape(segment)))
      .join('/')
    this.routes.push({ pattern: new RegExp(`^${source}$`), methods })
  }

  /** Methods that `path` (without query) takes, sorted; empty when there is nothing at that address. */
  of(path: string): string[] {
    const found = this.routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods)
    return [...new Set(found)].sort()
  }
}

function escape(segment: string): string {
  return segment.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
