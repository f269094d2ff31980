export function handle(request) {
  const route = match(request.url);
  return route ? respond(route(request)) : notFound();
}

function match(url) {
  return routes().find((r) => r.pattern.test(clean(url)));
}

function routes() { return []; }
function clean(url) { return url.replace(/\/+$/, ""); }
function respond(body) { return wrap(200, body); }
function notFound() { return wrap(404, ""); }
function wrap(status, body) { return { status, body }; }
