// Before the first paint, so that a dark page never flashes white. src/components/Appearance.tsx changes it.
{
  let chosen = null;
  try {
    chosen = localStorage.getItem("glassnet-appearance");
  } catch {}
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = (chosen ?? (dark ? "dark" : "light")) === "dark" ? "dark" : "light";
  document.documentElement.dataset.size = chosen === "projector" ? "projector" : "desk";
}
