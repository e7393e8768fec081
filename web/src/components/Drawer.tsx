// What stands at the side, out of the way until it is asked for. Escape closes it.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import "./Drawer.css";

export interface DrawerProps {
  /** The button that opens it. */
  button: string;
  title: string;
  toggled?: (isOpen: boolean) => void;
  children: ComponentChildren;
}

export function Drawer({ button, title, toggled, children }: DrawerProps) {
  const open = useSignal(false);
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const turn = (isOpen: boolean) => {
    open.value = isOpen;
    toggled?.(isOpen);
  };
  const close = () => {
    turn(false);
    opener.current?.focus();
  };
  return (
    <>
      <button
        type="button"
        ref={opener}
        aria-expanded={open.value}
        aria-controls={id}
        onClick={() => turn(!open.value)}
      >
        {button}
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
