/* `data-share-url` on a link: opens the device's own sheet where there is one. Without it, or
   without script, the link does what its address says: it begins an e-mail. */

for (const link of document.querySelectorAll("[data-share-url]")) {
  if (!navigator.share) break;
  link.onclick = async (event) => {
    event.preventDefault();
    try {
      await navigator.share({ title: link.dataset.shareTitle, url: link.dataset.shareUrl });
    } catch (refusal) {
      if (refusal.name !== "AbortError") location.href = link.href;
    }
  };
}
