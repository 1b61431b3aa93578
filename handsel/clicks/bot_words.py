"""Our own rules about User-Agents, beside the published lists: see bots.py, and docs/clicks.md for
how well they do. Patterns are those of Rust's `regex`: no lookarounds; letters of either case."""

BROWSER = "browser"
UNNAMED = "no name"
NO_BROWSER = "a program"

# Rules of the lists, by name, that also find people: browsers inside of apps and code editors,
# builds of Android that many phones run, names that products share.
TOO_WIDE = frozenset(
    {
        "008/",
        "AP3A.240617.008",
        "Code/1.",
        "Fetch/",
        "Fluid",
        "MetaIAB Facebook",
        "Miniature.io",
        "Miniature.io/",
        "Site24x7 Defacement Monitor",
        "Sonic",
        "Trae/",
        "TSM-turingos",
        "Viber",
        "YLT Chrome",
    }
)

# Somebody's phone, television or browser whose name looks like a program's. These come first.
PEOPLES_NAMES = (
    r"cubot|power[ _]?bot|xbot[ _]|(?:\b|_)(?:b|c|id|m|vr)[ _]?bot[ _]?(?:tab|\d\d)|botbox tv",
    r"glx spider|spider 8|htc[ _]?butterfly|fever_plus|; expanse\)",
    r"google ?(?:wv|app/|pixel|tv)|googletv",
    r"sogoum(?:se|obilebrowser)|qqdownload|camscanner|wails\.io|miniature\.io|bsalsa\.com",
    r"speedmode; proxy|\bucweb/|^\[fban/",
)

WORDS = {
    "a bot": (
        r"bots?(?:[^a-z]|$)",
        r"robot",
        r"crawl",
        r"spider",
        r"slurp",
        r"scrap(?:er|y|ing)",
        r"harvest",
        r"80legs",
        r"indexer",
    ),
    "a test browser": (
        r"headless",
        r"phantomjs",
        r"puppeteer",
        r"playwright",
        r"selenium",
        r"cypress/",
        r"webdriver",
        r"synthetic",
        r"lighthouse",
        r"page ?speed",
        r"ptst[ /]\d",
        r"gomez",
        r"dejaclick",
        r"speedcurve",
        r"silktide|neustar",
    ),
    "a watcher": (
        r"monitor(?:[^a-z]|ing|$)",
        r"check(?:er|host)?(?:[^a-z]|$)",
        r"\bprobe",
        r"uptime",
        r"pingdom",
        r"validator",
        r"analy[sz]er",
        r"inspect",
        r"\baudit",
        r"detector",
        r"classifier",
        r"scan(?:ner|ning|[^a-z]|$)",
    ),
    "a reader of feeds": (
        r"feed",
        r"\brss",
        r"podcast(?:s|er|ing)?(?:[^a-z]|$)",
        r"readability",
        r"quiterss",
        r"netnewswire",
    ),
    "a preview": (r"preview", r"transcoder", r"googleweblight", r"thumb(?:nail|or)"),
    "a fetching program": (
        r"fetch(?:er|ing)",
        r"download",
        r"grab(?:ber)?(?:[^a-z]|$)",
        r"archiv",
        r"\bjava/|\bjava[\d-]|java http|httpclient|http-client|http_request|httprequest",
        r"libwww-perl|pycurl|libcurl|wget|python|\bphp/|\bruby/|^ruby|\bperl\b|^lua|guzzle|boto3",
        r"okhttp|axios|node-fetch|\bnode\b|undici|go-http|reqwest|postman|insomnia",
        r"webdav|apt-http|\bgrpc\b",
        r"torrent|azureus",
        r"alamofire|htmlparser|^svn/|captivenetworksupport|(?:existence|protocol) discovery",
        r"google(?: pp default|adwordsexpress|toolbar)|widget server|webglance|offbyone",
        r"^(?:claude-code|cursor|openai)/",
    ),
    "an app by itself": (
        r"^[a-z]+/[\d.]+ \([^)]*gzip",
        r"gzip\(gfe\)",
        r"^(?:ddg[_-]android|duckduckgo|navermailapp|whatsapp|swcd|googleearth|client|reeder)\b",
    ),
    "an address": (
        r"https?:",
        r"www\.",
        r"@[a-z][a-z0-9-]*\.[a-z]",
        r"[a-z0-9]\.(?:com|org|net|io)(?:[/;) ]|$)",
    ),
    "a mask": (r"^anonymous, ", r"^iphone\|"),
    "an attempt": (
        r"[<>]",
        r"javascript:",
        r"\$\{",
        r"^[\"'({\[;|!]",
        r"sleep\(|select |union ",
    ),
}

# What a browser says of its engine or of what it runs on. Who says none of it is a program.
BROWSER_SIGNS = (
    r"applewebkit|gecko|khtml|presto|trident|msie|netfront|konqueror|lynx|^e?links|w3m|chromium",
    r"opera|ucweb|browser|dolfin|netpositive|mosaic|charon|amiga|obigo|polaris/|palmscape|xiino",
    r"windows|\bwin(?:95|98|10)|macintosh|mac[ _](?:os|powerpc)|x11|linux|android|cros |bsd|beos",
    r"iphone|ipad|ipod|\bios[ /]|watchos|darwin|symbian|midp|j2me|tizen|kaios|webos|palm ?os",
    r"nokia|blackberry|samsung|sonyericsson|mot-|\blge?-|htc|sonos|roku|playstation|xbox|nintendo",
    r"hbbtv|smart-?tv|vizio|appletv|crkey",
    r"cfnetwork|quicktime|mozacfetch|googleapp/",
    r"microsoft (?:office|outlook)|ms-?office|outlook-ios",
)
