"""Headings and words of shop exports, in several languages, for proposals.

Written in small letters, without signs: "Order-ID" is `order id`.
"""

from handsel.connectors.files.mapping import Kind

# A field's headings, the surest first. An exact match wins over one that only begins so.
HEADINGS: dict[str, tuple[str, ...]] = {
    "order_reference": (
        *("order reference", "order id", "order number", "order no", "order", "ordernumber"),
        *("orderid", "ordernr", "ordrenummer", "ordrenr", "ordre", "ordernummer", "bestellnummer"),
        *("bestellung", "numer zamówienia", "nr zamówienia", "zamówienie", "numéro de commande"),
        *("commande", "reference", "referanse", "referens", "transaction id", "invoice", "receipt"),
        *("invoiceno", "invoice no", "faktura", "kvittering", "kvitto", "name"),
    ),
    "kind": (
        *("kind", "type", "status", "financial status", "order status", "transaction type"),
        *("typ", "slag", "ordrestatus", "orderstatus", "zustand", "stan", "statut", "event"),
    ),
    "amount": (
        *("amount", "total", "order total", "total amount", "order amount", "grand total"),
        *("total paid", "paid", "revenue", "sum", "beløp", "totalt", "totalbeløp", "belopp"),
        *("summa", "totalsumma", "betrag", "gesamt", "gesamtbetrag", "gesamtsumme", "summe"),
        *("kwota", "suma", "wartość", "razem", "montant", "total ttc", "price", "pris", "value"),
        *("amount minor", "line total", "net amount"),
    ),
    "currency": ("currency", "currency code", "valuta", "währung", "waluta", "devise"),
    "occurred_at": (
        *("occurred at", "order date", "date", "created at", "ordered at", "date time", "time"),
        *("datetime", "timestamp", "purchase date", "paid at", "dato", "ordredato", "datum"),
        *("orderdatum", "bestelldatum", "bestellzeit", "data", "data zamówienia", "invoicedate"),
        *("tidspunkt", "tidpunkt"),
    ),
    "updated_at": ("updated at", "last modified", "changed at", "endret", "ändrad", "geändert am"),
    "delivered_at": ("delivered at", "delivery date", "levert", "levererad", "geliefert am"),
    "code": (
        *("code", "discount code", "coupon", "coupon code", "promo code", "voucher", "codes"),
        *("voucher code", "rabattkode", "rabattkod", "kupong", "gutschein", "gutscheincode"),
        *("rabattcode", "kod rabatowy", "kupon", "code promo"),
    ),
    "click_id": ("click id", "clickid", "click ids", "hs click", "klikk id", "klick id"),
    "customer_id": (
        *("customer id", "customer", "customer number", "kundenummer", "kund id", "kundnummer"),
        *("kunde", "kundennummer", "id klienta", "klient", "customerid", "user id"),
    ),
    "customer_email": (
        *("email", "e mail", "customer email", "epost", "e post", "e post adresse", "mail"),
        *("billing email", "adres e mail", "e mail adresse"),
    ),
    "customer_email_hash": ("email hash", "customer email hash", "email sha256", "sha256"),
    "customer_country": (
        *("country", "country code", "shipping country", "billing country", "land", "kraj"),
        *("landkode", "landskod", "pays"),
    ),
    "customer_is_new": (
        *("new customer", "customer is new", "first order", "ny kunde", "ny kund", "neukunde"),
        *("nowy klient",),
    ),
    "tax": ("tax", "vat", "taxes", "mva", "moms", "mwst", "ust", "steuer", "tax amount", "tva"),
    "shipping": (
        *("shipping", "shipping cost", "freight", "delivery fee", "frakt", "versand", "porto"),
        *("versandkosten", "dostawa", "koszt dostawy", "livraison"),
    ),
    "discount": ("discount", "discount amount", "rabatt", "rabat", "nachlass", "remise"),
    "refund": ("refund", "refund id", "refund number", "kreditnota", "credit note"),
    # What decides in place of the terms, and free fields, are for a person to choose.
    "partner": (),
    "metadata": (),
    "renews": ("renews", "subscription", "subscription id", "abonnement", "prenumeration"),
    "renewal": ("renewal", "renewal number", "payment number"),
    "line_id": ("line id", "line", "linje", "rad", "position"),
    "sku": ("sku", "product id", "article number", "artikelnummer", "varenummer", "stockcode"),
    "name": ("product", "product name", "article", "artikkel", "artikel", "produkt", "description"),
    "category": ("category", "kategori", "kategorie", "kategoria", "product type"),
    "quantity": ("quantity", "qty", "antall", "antal", "menge", "anzahl", "ilość"),
}

# Headings that name a partner: they earn nothing by themselves.
PARTNER_HEADINGS = frozenset(
    [
        *("partner", "partner id", "partner name", "affiliate", "affiliate id", "affiliate name"),
        *("publisher", "influencer", "forhandler"),
    ]
)

KIND_WORDS: dict[Kind, tuple[str, ...]] = {
    "order": (
        *("order", "sale", "paid", "completed", "complete", "fulfilled", "shipped", "done", "ok"),
        *("betalt", "betald", "fullført", "slutförd", "sendt", "skickad", "salg", "köp", "kjøp"),
        *("bezahlt", "abgeschlossen", "versendet", "verkauf", "opłacone", "zrealizowane"),
        *("sprzedaż", "payé", "purchase", "processing", "approved", "conversion"),
    ),
    "renewal": ("renewal", "recurring", "fornyelse", "förnyelse", "verlängerung", "odnowienie"),
    "refund": (
        *("refund", "refunded", "partially refunded", "return", "returned", "refundert", "retur"),
        *("återbetald", "erstattet", "erstattung", "retoure", "zwrot", "zwrócone", "remboursé"),
        *("credit", "kreditert"),
    ),
    "cancel": (
        *("cancel", "cancelled", "canceled", "voided", "void", "kansellert", "avbestilt"),
        *("avbruten", "annullerad", "avbokad", "storniert", "abgebrochen", "anulowane", "annulé"),
        *("chargeback",),
    ),
    "delivery": ("delivery", "delivered", "levert", "levererad", "geliefert", "dostarczone"),
    "lead": ("lead", "enquiry", "inquiry", "henvendelse", "förfrågan", "anfrage", "zapytanie"),
    "sign_up": (
        "sign up",
        "signup",
        "registration",
        "registrering",
        "registrierung",
        "rejestracja",
    ),
    "skip": (
        *("pending", "unpaid", "failed", "draft", "open", "authorized", "on hold", "expired"),
        *("venter", "ubetalt", "väntar", "obetald", "offen", "unbezahlt", "oczekujące"),
        *("nieopłacone", "test"),
    ),
}
