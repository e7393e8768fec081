// As much room as there is: its content is drawn for the size that it has, in pixels.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import "./Room.css";

export function Room({ children }: { children: (width: number, height: number) => ComponentChildren }) {
  const room = useRef<HTMLDivElement>(null);
  const size = useSignal<readonly [number, number]>([0, 0]);
  useEffect(() => {
    const element = room.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      size.value = [element.clientWidth, element.clientHeight];
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [size]);
  const [width, height] = size.value;
  return (
    <div class="room" ref={room}>
      {width > 0 && height > 0 && children(width, height)}
    </div>
  );
}
