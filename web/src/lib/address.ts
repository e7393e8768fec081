// Where the page is, and the state that stands in its address. Addresses are relative: the lab may live below any path.

/** The page's name from its address: the last part of the path; "" is the overview. */
export function pageOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The address of a socket of this lab. */
export function address(path: string): string {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.hash = "";
  url.search = "";
  return url.href;
}

/** The state in the address, without #. */
export function fragment(): string {
  return location.hash.slice(1);
}

const PAUSE = 100; // milliseconds: browsers take about twenty new addresses a second, and complain of more
let timer = 0;
let waiting: string | null = null;

/** Put state into the address without leaving a step for the browser's Back; while the hand moves, now and then. */
export function setFragment(text: string): void {
  waiting = text;
  if (timer) return;
  put();
  timer = window.setTimeout(() => {
    timer = 0;
    if (waiting !== null) setFragment(waiting);
  }, PAUSE);
}

function put(): void {
  const text = waiting ?? "";
  waiting = null;
  if (text !== fragment()) history.replaceState(null, "", text ? `#${text}` : location.pathname);
}
