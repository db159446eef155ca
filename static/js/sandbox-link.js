/* A sandbox as a link: its state, compressed, stands after the # of the address, which browsers do not
   send and no log holds. What comes with a link is posted to be drawn, like any other state of the page.

   #s1.<base64url of raw deflate of the state>; the 1 is the version of this way of writing. */
(() => {
  const sandbox = window.netpolSandbox;
  const box = document.querySelector("[data-share]");
  if (!sandbox) return;
  const PREFIX = "#s1.";
  const MOST_LINK = 60_000;      // characters: longer ones are cut by mail and chat
  const MOST_STATE = 1_048_576;  // characters, as the server takes them

  const able = () => {
    try { return Boolean(new CompressionStream("deflate-raw") && new DecompressionStream("deflate-raw")); } catch { return false; }
  };

  const toText = (bytes) => {
    let text = "";
    for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
    return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  };
  const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

  const through = async (bytes, stream) => {
    const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
    const parts = [];
    let size = 0;
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      size += value.length;
      if (size > 4 * MOST_STATE) throw new RangeError("too large");  // a small link can hold a flood
      parts.push(value);
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  };
  const packed = async (text) => {
    const bytes = await through(new TextEncoder().encode(text), new CompressionStream("deflate-raw"));
    return PREFIX + toText(bytes);
  };
  const unpacked = async (hash) => {
    const bytes = await through(toBytes(hash.slice(PREFIX.length)), new DecompressionStream("deflate-raw"));
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (text.length > MOST_STATE || JSON.parse(text).sandbox !== 1) throw new RangeError("no state");
    return text;
  };

  // ── Making a link ──

  const says = (text) => { document.getElementById("share-says").textContent = text; };
  const make = async () => {
    const hash = await packed(sandbox.state());
    if (hash.length > MOST_LINK) {
      says("This sandbox is too large for a link. Save it as a file and send that.");
      return;
    }
    history.replaceState(null, "", hash);
    const link = document.getElementById("link");
    link.value = location.href;
    link.closest("label").hidden = false;
    link.select();
    const copied = await navigator.clipboard?.writeText(link.value).then(() => true, () => false);
    says(copied ? "Copied." : "Copy it from the field.");
  };
  const offer = () => {
    const here = document.querySelector("[data-share]");
    if (here && able()) here.hidden = false;
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest("#share")) make().catch(() => says("The link could not be made. Save it as a file."));
  });
  document.addEventListener("sandbox:changed", () => {
    const link = document.getElementById("link");
    if (link && !link.closest("label").hidden) { link.closest("label").hidden = true; says(""); }
  });
  document.body.addEventListener("htmx:afterSettle", offer);
  if (box) offer();

  // ── Opening one ──

  const opened = async () => {
    if (!location.hash.startsWith("#s")) return;
    if (!able()) { sandbox.say("This browser cannot open such links. Ask for the sandbox as a file."); return; }
    try {
      if (!location.hash.startsWith(PREFIX)) throw new RangeError("another version");
      sandbox.open(await unpacked(location.hash), "open", sandbox.kept());
    } catch {
      sandbox.say("This link is damaged or not complete: nothing could be opened. Ask for it again, or for a file.");
    }
  };
  window.addEventListener("hashchange", opened);
  document.addEventListener("DOMContentLoaded", opened);
})();
