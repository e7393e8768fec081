// Numbers as the colours of the theme: from the background towards one colour above 0, and another below.

export type Color = readonly [number, number, number];

/** The three numbers of #0a5fb4, or of its short form, #fff. */
export function rgb(hex: string): Color {
  const digits = hex.length === 4 ? hex.slice(1).replace(/./g, "$&$&") : hex.slice(1);
  const value = Number.parseInt(digits, 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** A colour so far on the way from one to another. */
export function mixed(from: Color, to: Color, share: number): Color {
  const way = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * share);
  return [way(0), way(1), way(2)];
}

/** The bytes of a text in base 64. */
export function bytes(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
}

/** A byte, −127 to 127, as a share of the largest number. */
export function signedShare(byte: number): number {
  return ((byte << 24) >> 24) / 127;
}

/** A pixel for each share, from −1 to 1; ink has one colour, other numbers two. */
export function paintShares(canvas: HTMLCanvasElement | null, share: (index: number) => number, isInk: boolean): void {
  const context = canvas?.getContext("2d");
  if (!canvas || !context) return;
  const style = getComputedStyle(canvas);
  const color = (name: string) => rgb(style.getPropertyValue(name).trim());
  const [none, above, below] = [color("--background"), color(isInk ? "--ink" : "--positive"), color("--negative")];
  const image = context.createImageData(canvas.width, canvas.height);
  for (let i = 0; i < canvas.width * canvas.height; i++) {
    const one = share(i);
    image.data.set([...mixed(none, one < 0 ? below : above, Math.abs(one)), 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
}

/** The ground of a number that is written on it: never so dark that it could not be read. */
export function tint(share: number, isInk = false): Record<string, string> {
  const colour = isInk ? "--ink" : share < 0 ? "--negative" : "--positive";
  const strength = Math.round((isInk ? 26 : 38) * Math.abs(share));
  return { background: `color-mix(in srgb, var(${colour}) ${strength}%, var(--background))` };
}
