// The frame of a page: its heading and the ways to the others, undo, what went wrong, and the prose in a drawer.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { Basic, Lab, Shows } from "../lib/lab";
import { AskContext } from "../lib/lab";
import { pages } from "../lib/pages";
import { Appearance } from "./Appearance";
import { Drawer } from "./Drawer";
import { PythonDrawer } from "./PythonDrawer";
import "./PageFrame.css";

type Any<View extends Shows> = Pick<
  Lab<View, Basic<View>>,
  "error" | "status" | "history" | "canUndo" | "undo" | "redo" | "ask" | "view" | "script" | "showPython"
>;

const STATUS = {
  connecting: "",
  open: "",
  lost: "The lab does not answer. This page goes on as soon as it does.",
  full: "The lab has as many pages open as it may. This page begins as soon as one is closed.",
};

export interface FrameProps<View extends Shows> {
  name: string;
  lab: Any<View>;
  about: ComponentChildren;
  children: ComponentChildren;
}

export function PageFrame<View extends Shows>({ name, lab, about, children }: FrameProps<View>) {
  useUndoKeys(lab);
  const title = pages.find((page) => page.name === name)?.title ?? name;
  return (
    <AskContext.Provider value={(number) => lab.ask(number)}>
      <div class="frame">
        <header class="frame-head">
          <a href="./" class="frame-home">
            Glassnet
          </a>
          <h1>{title}</h1>
          <nav aria-label="Pages">
            {pages
              .filter((page) => page.name !== name)
              .map((page) => (
                <a key={page.name} href={`./${page.name}`}>
                  {page.title}
                </a>
              ))}
          </nav>
          <span class="frame-tools">
            <button type="button" disabled={!lab.canUndo.value} onClick={() => lab.undo()}>
              Undo
            </button>
            <button type="button" disabled={!lab.history.canRedo.value} onClick={() => lab.redo()}>
              Redo
            </button>
            <Appearance />
            <PythonDrawer lab={lab} />
            <Drawer button="About" title={`About ${title}`}>
              {about}
            </Drawer>
          </span>
        </header>
        <p class="frame-status" role="status" aria-label="Connection">
          {STATUS[lab.status.value]}
        </p>
        <p class="frame-error" role="alert">
          {lab.error.value}
        </p>
        <main class="frame-main">{lab.view.value && children}</main>
      </div>
    </AskContext.Provider>
  );
}

/** Ctrl+Z and Ctrl+Shift+Z, unless a field has its own use for them. */
function useUndoKeys(lab: { undo: () => void; redo: () => void }): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLInputElement && event.target.type === "text";
      if (isTyping || event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      if (event.shiftKey) lab.redo();
      else lab.undo();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [lab]);
}
