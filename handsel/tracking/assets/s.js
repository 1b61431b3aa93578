/* Handsel on a shop's pages.

     <script>window.handsel=window.handsel||function(){(handsel.q=handsel.q||[]).push(arguments)}</script>
     <script async src="https://go.shop.example/s.js" data-program="prg_…"></script>

     handsel("consent", true)          may click ids be kept in this browser? asked of the visitor
     handsel("basket_started")
     handsel("conversion", { order_reference: "1001", amount_minor: 4990, currency: "EUR" })
     handsel("lead", { … })            handsel("sign_up", { … })
     handsel("clicks", function (ids) { … })   for shops that keep the ids themselves

   Attributes: data-program; data-param (hs_click); data-days (30), how long ids are kept;
   data-domain (.shop.example), to share them between subdomains.

   Without consent nothing is read from or written to the browser: the ids live in the address
   and in this page's memory. */
(function (w, d) {
  var tag = d.currentScript || d.querySelector("script[data-program]");
  var early = (w.handsel && w.handsel.q) || [];
  var name = "handsel_clicks";
  var kept = new RegExp("(?:^|; )" + name + "=([\\w.-]*)");
  var isId = /^[\w-]{32}$/;
  var ids = [];
  // A cookie is there only because the visitor agreed on an earlier page.
  var consent = kept.test(d.cookie);

  function option(key, standard) {
    return tag.getAttribute("data-" + key) || standard;
  }

  function add(more) {
    more.forEach(function (id) {
      if (isId.test(id)) ids = ids.filter(function (other) { return other !== id; }).concat(id).slice(-10);
    });
  }

  function write(value, days) {
    var domain = option("domain");
    d.cookie = name + "=" + value + ";path=/;SameSite=Lax;max-age=" + days * 86400 +
      (domain ? ";domain=" + domain : "") + (location.protocol === "https:" ? ";Secure" : "");
  }

  // The address comes last, for it is the newest; it changes on pages that never reload.
  function collect() {
    var here = ids;
    ids = [];
    if (consent) add((kept.exec(d.cookie) || ["", ""])[1].split("."));
    add(here);
    add(new URLSearchParams(location.search).getAll(option("param", "hs_click")));
    if (consent && ids.length) write(ids.join("."), option("days", 30));
    return ids;
  }

  function unique() {
    return w.crypto && crypto.randomUUID ? crypto.randomUUID() : Date.now() + "-" + Math.random();
  }

  function send(kind, fields) {
    var event = {};
    for (var key in fields) event[key] = fields[key];
    event.kind = kind;
    event.program = option("program");
    event.clicks = collect();
    event.consent = consent;
    event.page = location.origin + location.pathname;
    event.event_id = event.event_id || unique();
    var to = new URL("e", tag.src).href;
    var body = JSON.stringify(event);
    if (!(navigator.sendBeacon && navigator.sendBeacon(to, body)))
      fetch(to, { method: "POST", body: body, keepalive: true, mode: "no-cors", credentials: "omit" });
  }

  function handsel(kind, value) {
    if (kind === "consent") {
      collect();
      consent = value === true;
      if (consent) collect();
      else write("", 0);
    } else if (kind === "clicks") value(collect().slice());
    else send(kind, value);
  }

  collect();
  w.handsel = handsel;
  early.forEach(function (call) { handsel.apply(null, call); });
})(window, document);
