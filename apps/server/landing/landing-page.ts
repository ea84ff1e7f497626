/** The page of `GET /`: where everything is, and how to send the first log. It loads nothing from anywhere. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Statusline</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 46rem; margin: 3rem auto; padding: 0 1rem }
  h1 { margin-bottom: 0 } p.say { margin-top: 0; opacity: .75 }
  pre { padding: .8rem 1rem; overflow-x: auto; border: 1px solid #8886; border-radius: 6px; font-size: .9rem }
  dt { margin-top: .6rem } dd { margin: 0; opacity: .75 }
</style>
</head>
<body>
<h1>Statusline</h1>
<p class="say">Gateway access logs in; trustworthy status-code statistics out.</p>

<h2>Send a log</h2>
<pre>npx statusline ship --follow /var/log/nginx/access.log

# or from anything that can post:
curl --data-binary @access.log ORIGIN/v1/ingest/my-gateway
curl -d '{"status":502,"service":"shop","path":"/cart/7"}' ORIGIN/v1/ingest</pre>

<h2>Look at it</h2>
<dl>
  <dt><a href="/graphiql">/graphiql</a></dt><dd>ask in GraphQL, with examples</dd>
  <dt><a href="/v1/breakdown?by=service,code&amp;last=1h">/v1/breakdown?by=service,code&amp;last=1h</a></dt><dd>the same questions for curl</dd>
  <dt><a href="/v1/alerts">/v1/alerts</a></dt><dd>5xx and 429 spikes, with what made them fire</dd>
  <dt><a href="/v1/sources">/v1/sources</a></dt><dd>who sends, how late, and what became of it</dd>
  <dt><a href="/v1/status-codes">/v1/status-codes</a></dt><dd>what every status code means</dd>
  <dt><a href="/metrics">/metrics</a></dt><dd>for Prometheus</dd>
  <dt><a href="/readyz">/readyz</a></dt><dd>ready, or the reason why not</dd>
</dl>
<p>Where API keys are set up, all but this page and the explorer ask for one.</p>
</body>
</html>
`

/** The page with the server's own address in its examples. */
export function landingPage(origin: string): string {
  return PAGE.replaceAll('ORIGIN', escapeHtml(origin))
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
}
