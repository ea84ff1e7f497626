/** The explorer's page; its script and style are files of their own, as the content security policy allows no inline ones. */
export const page = String.raw`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Statusline GraphQL explorer</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/graphiql/explorer.css">
<script src="/graphiql/explorer.js" defer></script>
</head>
<body>
<header>
  <h1>Statusline <span>GraphQL explorer</span></h1>
  <button id="run" title="Ctrl-Enter"><b>Run</b></button>
  <button id="prettify" title="Shift-Alt-F">Prettify</button>
  <label>Example <select id="examples"><option value="">choose</option></select></label>
  <label>History <select id="history"><option value="">choose</option></select></label>
  <label>API key <input id="key" type="password" autocomplete="off" placeholder="none" size="16"></label>
  <button id="toggle-docs" aria-expanded="true">Schema</button>
</header>
<main>
  <section id="editors" aria-label="Question">
    <label for="query">Query</label>
    <textarea id="query" spellcheck="false" autocapitalize="off" autocomplete="off"></textarea>
    <label for="variables">Variables (JSON)</label>
    <textarea id="variables" spellcheck="false" autocapitalize="off" autocomplete="off"></textarea>
  </section>
  <section aria-label="Answer">
    <p id="status" role="status">Ctrl-Enter runs the query.</p>
    <pre id="answer" tabindex="0"></pre>
  </section>
  <aside id="docs" aria-label="Schema">
    <input id="search" type="search" placeholder="Search types and fields" aria-label="Search types and fields">
    <div id="type"></div>
  </aside>
</main>
<noscript>The explorer needs JavaScript; POST /graphql answers without it.</noscript>
</body>
</html>
`
