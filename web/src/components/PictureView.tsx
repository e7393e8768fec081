// A scene of the library, drawn as `net.draw()` draws it: the same places, colours, dashes and thickness. What a page
// puts over it (fields, buttons) lies in the same coordinates; `over` says which numbers that is, and is not drawn here.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Picture, Shape } from "../lib/messages";
import { appearance } from "./Appearance";
import "./PictureView.css";

export interface PictureViewProps {
  picture: Picture;
  over?: ReadonlySet<string>;
  /** The address of an image to be shown instead: the picture as a file has it, in its own colours. */
  image?: string;
  children?: ComponentChildren;
}

const TEXT = 12; // pixels of the smallest text in a scene
const PROJECTED = 20;
const NARROW = 500; // pixels of a room in which an image is scrolled; in a wider one all of it is seen

export function PictureView({ picture, over, image, children }: PictureViewProps) {
  const room = useRef<HTMLDivElement>(null);
  const scale = useSignal(1);
  const least = appearance.value === "projector" ? PROJECTED / TEXT : 1;
  useEffect(() => {
    const element = room.current;
    if (!element) return;
    const resize = () => {
      const fits = Math.min(element.clientWidth / picture.width, element.clientHeight / picture.height);
      const whole = image && element.clientWidth > NARROW;
      scale.value = Math.max(whole ? 0 : least, Math.min(fits, 2 * least));
    };
    const observer = new ResizeObserver(resize);
    observer.observe(element);
    resize();
    return () => observer.disconnect();
  }, [picture.width, picture.height, least, image]);
  const size = { width: `${picture.width}px`, height: `${picture.height}px` };
  const taken = { width: `${picture.width * scale.value}px`, height: `${picture.height * scale.value}px` };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class="picture" ref={room} tabIndex={0} aria-label={picture.title}>
      <div class="picture-room" style={taken}>
        <div class="picture-scale" style={{ ...size, transform: `scale(${scale.value})` }}>
          {image ? (
            <img src={image} width={picture.width} height={picture.height} alt={picture.description} />
          ) : (
            <svg width={picture.width} height={picture.height} role="img" aria-label={picture.description}>
              {picture.shapes.map((shape, i) =>
                shape.kind === "text" && over?.has(shape.of) ? null : <ShapeView key={i} {...shape} />,
              )}
            </svg>
          )}
          {children}
        </div>
      </div>
    </section>
  );
}

/** Colours by name are classes of theme.css; others are colours. */
function paints(fill: string, stroke: string): Record<string, string> {
  const classes = [
    fill && !fill.startsWith("#") ? `f-${fill}` : "",
    stroke && !stroke.startsWith("#") ? `s-${stroke}` : "",
  ];
  return {
    class: classes.join(" ").trim(),
    ...(fill.startsWith("#") ? { fill } : fill ? {} : { fill: "none" }),
    ...(stroke.startsWith("#") ? { stroke } : {}),
  };
}

function ShapeView(shape: Shape) {
  const look = paints(shape.fill, shape.stroke);
  switch (shape.kind) {
    case "circle":
      return <circle cx={shape.x} cy={shape.y} r={shape.radius} stroke-width={shape.thickness} {...look} />;
    case "rectangle":
      return <rect x={shape.x} y={shape.y} width={shape.width} height={shape.height} rx={shape.radius} {...look} />;
    case "path": {
      const dashes = shape.dashed ? { "stroke-dasharray": "7 4" } : {};
      return <path d={shape.data} stroke-width={shape.thickness} {...dashes} {...look} />;
    }
    case "text": {
      const turn = shape.angle ? { transform: `rotate(${shape.angle} ${shape.x} ${shape.y})` } : {};
      const weight = shape.bold ? { "font-weight": "bold" } : {};
      const size = { "font-size": shape.size, "text-anchor": shape.anchor };
      return (
        <text x={shape.x} y={shape.y + shape.baseline} {...size} {...weight} {...turn} {...look}>
          {shape.text}
        </text>
      );
    }
    case "image": {
      const place = { x: shape.x, y: shape.y, width: shape.width, height: shape.height };
      return <image {...place} href={shape.data} preserveAspectRatio="none" />;
    }
  }
}
