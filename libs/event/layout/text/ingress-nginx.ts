import { oneOf } from '../../directive/alternatives.js'
import { nginxText } from '../../directive/nginx.js'

const HEAD = '"$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_length $request_time '
const UPSTREAM = '$upstream_addr $upstream_response_length $upstream_response_time $upstream_status'
const CLIENT = '$remote_addr - $remote_user [$time_local] '
/** Before release 0.26 the addresses stood there too, so that the user came third. */
const OLD_CLIENT = '$remote_addr - [$proxy_add_x_forwarded_for] - $remote_user [$time_local] '

/** The default `log-format-upstream` of each release; the newest last, because its user could be anything. */
const DIRECTIVES = [
  `${OLD_CLIENT}${HEAD}[$proxy_upstream_name] [$proxy_alternative_upstream_name] ${UPSTREAM} $req_id`,
  `${OLD_CLIENT}${HEAD}[$proxy_upstream_name] ${UPSTREAM} $req_id`,
  `${OLD_CLIENT}${HEAD}[$proxy_upstream_name] ${UPSTREAM}`,
  `${CLIENT}${HEAD}[$proxy_upstream_name] [$proxy_alternative_upstream_name] ${UPSTREAM} $req_id`,
]

/** Kubernetes' ingress-nginx (docs: Ingress-Nginx Controller, "Log format"). Times end; lists are as nginx writes them. */
export const ingressNginx = oneOf(
  DIRECTIVES.map((directive) =>
    nginxText(
      {
        name: 'ingress_nginx',
        sentence: "Lines of Kubernetes' ingress-nginx in its default format, of old releases too.",
        looksLike,
      },
      directive,
    ),
  ),
)

/** Behind the agent stand a length, a duration and the upstream's name in brackets; no value holds a quote. */
const MARK = /" \d{1,15} \d{1,9}\.\d{3} \[/

function looksLike(line: string): boolean {
  return MARK.test(line)
}
