/* Handsel on a shop's pages. docs/script.md tells all of it.

     <script>window.handsel=window.handsel||function(){(handsel.q=handsel.q||[]).push(arguments)}</script>
     <script async src="https://go.shop.example/s.js" data-program="prg_…"></script>

     handsel("consent", true)          may click ids be kept in this browser? asked of the visitor
     handsel("basket_started")
     handsel("conversion", { order_reference: "1001", amount_minor: 4990, currency: "EUR" })
     handsel("lead", { … })            handsel("sign_up", { … })
     handsel("clicks", function (ids) { … })   for shops that keep the ids themselves

   Attributes, or fields of the script's address where a tag manager drops attributes:
     data-program
     data-consent   "tcf", "gcm": who is asked whether the visitor agreed; "none": nothing is kept
     data-purposes  (1) the purposes of TCF that must be agreed to, as "1,7"
     data-keep      "url": the ids travel in the addresses of the shop's own links
     data-domains   "shop.example,shop.se": links and forms to these carry the ids along
     data-ref       "ref": ?ref=ben on the shop's own address is a visit through Ben's link
     data-clean     takes what it has read off the address, once that is in the cookie
     data-param (hs_click), data-days (30), data-domain (.shop.example, for its subdomains)

   Without consent nothing is read from or written to the browser: the ids live in the address
   and in this page's memory. */
((w, d) => {
  const tag = d.currentScript || d.querySelector("script[data-program]");
  const before = w.handsel || {};
  if (!tag || before.loaded) return;

  const settings = new URL(tag.src).searchParams;
  const option = (name, standard) => tag.getAttribute("data-" + name) ?? settings.get(name) ?? standard;
  const program = option("program");
  const param = option("param", "hs_click");
  const ref = option("ref");
  const mode = option("consent");
  const inAddress = option("keep") == "url";

  const ids = [];      // of this page; those of earlier ones are in the cookie
  const ads = [];      // names of the parameters by which advertisers count their clicks
  const waiting = [];  // what is said as soon as it is known what may be said
  const done = {};
  let pending = 0;
  let undecided;
  let consent;         // undefined: nobody has said
  let wasKept = false;

  /* --- what this browser keeps --- */

  const read = () => {
    try { return /(^| )handsel_clicks=([^;]*)/.exec(d.cookie)?.[2]; } catch { }
  };

  const write = (value, days) => {
    const domain = option("domain");
    try {
      d.cookie = "handsel_clicks=" + value + ";path=/;SameSite=Lax;max-age=" + days * 86400 +
        (domain ? ";domain=" + domain : "") + (location.protocol == "https:" ? ";Secure" : "");
    } catch { }
  };

  const isId = (id) => /^[\w-]{32}$/.test(id);

  const known = () => {
    const kept = consent && read();
    // A cookie that has gone was taken back: on another page, in another tab, by the visitor.
    if (wasKept && !kept) consent = wasKept = false;
    return [...new Set((kept || "").split(".").concat(ids))].filter(isId).slice(-10);
  };

  const keep = () => {
    const value = known().join(".");
    if (consent && value && value != read()) write(value, option("days", 30));
    wasKept = consent && read();
    if (!pending) readdress();
  };

  /* --- the address, which changes on pages that never reload --- */

  const collect = () => {
    const query = new URLSearchParams(location.search);
    const slug = query.get(ref);
    const subs = {};
    query.forEach((value, name) => {
      if (/clk?id$|braid$|^epik$|^li_fat_id$/.test(name) && !ads.includes(name)) ads.push(name);
      if (name == param && isId(value) && !ids.includes(value)) ids.push(value);
      if (/^s(ub)?([1-5]|id)$/.test(name)) subs[name] = value;
    });
    if (slug && !query.has(param)) once(slug, () => {
      pending++;
      // The answer is an id, as of a click on the link.
      post("visit", {
        program: program, ref: slug, page: page(), framed: w != top, referrer: d.referrer, subs: subs, ads: ads
      }).then((answer) => answer.json()).then((answer) => {
          ids.push(answer.click_id);
          // A reload, or the way back to this page, is then no second visit.
          readdress(answer.click_id);
        }).catch(() => { }).then(settle);
    });
    keep();
  };

  const readdress = (id) => {
    const clean = consent && option("clean") != null;
    if (!clean && !id) return;
    const parts = location.search.slice(1).split("&").filter((part) =>
      part && !(clean && [ref, param].includes(part.split("=")[0])));
    if (!clean) parts.push(param + "=" + id);
    const search = parts.length ? "?" + parts.join("&") : "";
    if (search != location.search) history.replaceState(history.state, "", location.pathname + search + location.hash);
  };

  // Links and forms take the ids along at the last moment.
  const decorate = (event) => {
    const form = event.type == "submit";
    const name = form ? "action" : "href";
    const element = event.composedPath().find((node) => node.matches?.(form ? "form" : "a[href]"));
    const to = d.createElement("a");
    if (element) to.href = element.getAttribute(name) || location;
    if (/^http/.test(to.protocol) && !new URLSearchParams(to.search).has(param) && !element[param] &&
      (to.hostname == location.hostname
        // Within a page no address changes.
        ? inAddress && !(to.hash && to.pathname == location.pathname)
        : option("domains", "").match(/[^ ,]+/g)?.some((domain) => ("." + to.hostname).endsWith("." + domain))))
    known().forEach((id) => {
      if (form && !/post/i.test(element.getAttribute("method"))) {
        const input = d.createElement("input");
        input.type = "hidden";
        input.name = param;
        input.value = id;
        element.append(input);
      } else {
        to.search += (to.search ? "&" : "?") + param + "=" + id;
        element.setAttribute(name, to.href);
      }
    });
  };

  /* --- telling the tracking host --- */

  const page = () => location.origin + location.pathname;

  const post = (path, said) => fetch(new URL(path, tag.src), {
    method: "POST", body: JSON.stringify(said), keepalive: true
  });

  const once = (key, action) => {
    if (!done[key]) done[key] = true, action();
  };

  const settle = () => {
    pending--;
    keep();
    if (!pending) flush();
  };

  const flush = () => waiting.splice(0).forEach((action) => action());

  const later = (action) => {
    waiting.push(action);
    if (pending) setTimeout(flush, 5000);
    else flush();
  };

  const tell = (event, tries) => post("e", event).then((answer) => {
    if (answer.status > 499) throw answer;
  }).catch(() => tries && setTimeout(tell, 5000, event, tries - 1));

  const send = (kind, fields, here) => later(() => {
    collect();
    const clicks = known();
    // A page that is shown again says the same again.
    once(JSON.stringify([kind, fields, clicks]), () => tell({
      event_id: Date.now() + "-" + Math.random(), ...fields,
      kind: kind, program: program, page: here, clicks: clicks, consent: consent, ads: ads,
    }, 3));
  });

  /* --- consent --- */

  const decide = (answer) => {
    if (mode == "none") return;
    consent = answer;
    if (!answer) write("", 0);
    if (undecided) undecided = 0, settle();
    else keep();
  };

  // IAB TCF v2: https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework
  const tcf = () => {
    if (!w.__tcfapi) return setTimeout(tcf, 200);
    w.__tcfapi("addEventListener", 2, (said, ok) => {
      if (ok && said.eventStatus != "cmpuishown")
        decide(said.gdprApplies === false || option("purposes", "1").match(/\d+/g).every((id) => said.purpose.consents[id]));
    });
  };

  // Google Consent Mode: what gtag("consent", …) has said so far. A default that refuses, if only
  // somewhere, waits for the visitor's word.
  const gcm = () => {
    const layer = w.dataLayer = w.dataLayer || [];
    const push = layer.push;
    let heard;
    const listen = () => {
      let standard, word;
      layer.forEach((entry) => {
        const said = entry?.[0] == "consent" && entry[2]?.ad_storage;
        const granted = said == "granted";
        if (!said) return;
        if (entry[1] == "update") word = granted;
        else if (!granted || !entry[2].region) standard = granted && (standard ?? granted);
      });
      word = word ?? (standard || heard);
      if (word !== heard) decide(heard = word);
    };
    layer.push = function () {
      const length = push.apply(layer, arguments);
      listen();
      return length;
    };
    listen();
  };

  /* --- the shop's calls --- */

  const handsel = (kind, value) => {
    if (kind == "consent") decide(value === true);
    else if (kind == "clicks") later(() => { collect(); value(known()); });
    else send(kind, value, page());
  };

  const start = () => {
    // A cookie is there only because the visitor agreed on an earlier page.
    const ask = { tcf: tcf, gcm: gcm }[mode];
    if (undecided = ask) pending++;
    else if (mode != "none" && read()) consent = true;
    collect();
    ask?.();
    ["pushState", "replaceState"].forEach((name) => {
      const original = history[name];
      history[name] = function () {
        original.apply(this, arguments);
        collect();
      };
    });
    w.addEventListener("popstate", collect);
    w.addEventListener("pagehide", flush);
    ["mousedown", "click", "submit"].forEach((name) => d.addEventListener(name, decorate, true));
    before.q?.forEach((call) => handsel(...call));
  };

  handsel.loaded = true;
  w.handsel = handsel;
  if (d.prerendering) d.addEventListener("prerenderingchange", start, { once: true });
  else start();
})(window, document);
