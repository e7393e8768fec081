// Prose at the side, out of the way until it is asked for. Escape closes it.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import "./Drawer.css";

export function Drawer({ title, children }: { title: string; children: ComponentChildren }) {
  const open = useSignal(false);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    open.value = false;
    button.current?.focus();
  };
  return (
    <>
      <button
        type="button"
        ref={button}
        aria-expanded={open.value}
        aria-controls={id}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        About
      </button>
      <aside
        id={id}
        class="drawer"
        aria-label={title}
        hidden={!open.value}
        onKeyDown={(event) => event.key === "Escape" && close()}
      >
        <h2>{title}</h2>
        {children}
        <button type="button" onClick={close}>
          Close
        </button>
      </aside>
    </>
  );
}
