// One number for each pixel of a digit, as a picture. Where it can be asked, a click or the arrow keys choose a pixel,
// whose number then stands below with its Why?.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { appearance } from "../../components/Appearance";
import { NumberShown } from "../../components/NumberShown";
import type { Shown } from "../../lib/messages";
import { bytes, paintShares, signedShare } from "../../lib/shares";

const SIDE = 28;
const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -SIDE, ArrowDown: SIDE };

export interface PixelsProps {
  name: string;
  /** In base 64: grey values 0 to 255, or with `signed` shares of the largest, -127 to 127. */
  data: string;
  signed?: boolean;
  size: number;
}

export function Pixels({ name, data, signed = false, size }: PixelsProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const given = bytes(data);
    const share = (i: number) => (signed ? signedShare(given[i] ?? 0) : (given[i] ?? 0) / 255);
    paintShares(canvas.current, share, !signed);
  }, [data, signed, appearance.value]);
  const look = { width: SIDE, height: SIDE, style: { width: `${size}px`, height: `${size}px` } };
  return <canvas ref={canvas} class="digits-pixels" {...look} role="img" aria-label={name} />;
}

export interface AskedPixelsProps extends PixelsProps {
  /** The number of a pixel; it changes as the picture does. */
  number: (index: number) => Promise<Shown>;
  /** The number that is shown before a pixel is chosen: the largest. */
  first?: Shown;
}

export function AskedPixels({ number, first, ...picture }: AskedPixelsProps) {
  const chosen = useSignal<number | null>(null);
  const shown = useSignal<Shown | null>(null);
  const { name, data, size } = picture;
  useEffect(() => {
    const show = (found: Shown | null) => {
      shown.value = found;
    };
    if (chosen.value !== null) number(chosen.value).then(show, () => show(null));
  }, [data, name, chosen.value]);
  const move = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    chosen.value = Math.min(SIDE * SIDE - 1, Math.max(0, (chosen.value ?? (SIDE * SIDE + SIDE) / 2) + step));
  };
  const index = chosen.value;
  const below = index === null ? first : shown.value;
  return (
    <div class="digits-asked">
      <div
        class="digits-pick"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: its pixels are chosen by the arrow keys
        tabIndex={0}
        aria-label={`${name}: choose a pixel by the arrow keys`}
        onKeyDown={move}
        onClick={(event) => {
          chosen.value = pixelAt(event);
        }}
      >
        <Pixels {...picture} />
        {index !== null && <Cell index={index} size={size / SIDE} />}
      </div>
      <p class="digits-below">
        {below ? (
          <>
            {below.name} = <NumberShown {...below} />
          </>
        ) : (
          "Click a pixel for its number."
        )}
      </p>
    </div>
  );
}

function Cell({ index, size }: { index: number; size: number }) {
  const place = { left: `${(index % SIDE) * size}px`, top: `${Math.floor(index / SIDE) * size}px` };
  return <span class="digits-cell" style={{ ...place, width: `${size}px`, height: `${size}px` }} />;
}

function pixelAt(event: MouseEvent): number {
  const box = (event.currentTarget as Element).getBoundingClientRect();
  const at = (along: number, whole: number) => Math.min(SIDE - 1, Math.max(0, Math.floor((along / whole) * SIDE)));
  return at(event.clientY - box.top, box.height) * SIDE + at(event.clientX - box.left, box.width);
}
