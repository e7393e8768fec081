// Show Python: the page's state as a script, which makes the same numbers anywhere. Python writes it.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Basic, Lab, Shows } from "../lib/lab";
import { Drawer } from "./Drawer";
import "./PythonDrawer.css";

export function PythonDrawer<View extends Shows>({
  lab,
}: {
  lab: Pick<Lab<View, Basic<View>>, "script" | "showPython">;
}) {
  const text = useRef<HTMLPreElement>(null);
  const said = useSignal("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(lab.script.value ?? "");
      said.value = "Copied";
    } catch {
      if (text.current) getSelection()?.selectAllChildren(text.current); // where a page may not copy by itself
      said.value = "Selected: Ctrl+C copies it";
    }
  };
  const toggled = (isOpen: boolean) => {
    said.value = "";
    lab.showPython(isOpen);
  };
  return (
    <Drawer button="Show Python" title="Python" toggled={toggled}>
      <p>This script makes the numbers of the page anew, to the last bit.</p>
      <p class="python-tools">
        <button type="button" class="primary" onClick={copy}>
          Copy
        </button>
        <span role="status" aria-label="Copying">
          {said.value}
        </span>
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="python-script" tabIndex={0} aria-label="Script">
        <pre ref={text}>{lab.script.value}</pre>
      </section>
    </Drawer>
  );
}
