// What changes the drawing, and what teaches the model: each stands below the pad.
import { type Signal, useSignal } from "@preact/signals";
import { NumberShown } from "../../components/NumberShown";
import type { Lab } from "../../lib/lab";
import type { Closer, Commands, View } from "./messages";
import type { Pen } from "./Pad";

const LARGEST_FILE = 4_000_000;

type DigitsLab = Lab<View, Commands>;

export function PenTools({ lab, view, pen }: { lab: DigitsLab; view: View; pen: Signal<Pen> }) {
  const tool = (name: Pen["tool"], label: string) => (
    <button
      type="button"
      aria-pressed={pen.value.tool === name}
      onClick={() => {
        pen.value = { ...pen.value, tool: name };
      }}
    >
      {label}
    </button>
  );
  const read = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > LARGEST_FILE)
      lab.error.value = `${file.name} has ${Math.ceil(file.size / 1e6)} MB, and this page takes 4: crop it to the digit, or save it smaller`;
    else lab.act("photo", {}, await file.arrayBuffer());
  };
  return (
    <div class="digits-tools">
      {tool("pen", "Pen")}
      {tool("eraser", "Eraser")}
      <button type="button" onClick={() => lab.act("clear", {})}>
        Clear
      </button>
      <label>
        Thickness
        <input
          type="range"
          min={4}
          max={48}
          step={2}
          value={pen.value.width}
          onInput={(event) => {
            pen.value = { ...pen.value, width: event.currentTarget.valueAsNumber };
          }}
        />
      </label>
      <label class="digits-file">
        Image file
        <input
          type="file"
          accept="image/*"
          onChange={(event) => {
            const input = event.currentTarget;
            read(input.files?.[0]);
            input.value = "";
          }}
        />
      </label>
      <label>
        Model{" "}
        <select value={view.model} onChange={(event) => lab.act("choose", { model: event.currentTarget.value })}>
          {view.models.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
    </div>
  );
}

interface TeachProps {
  lab: DigitsLab;
  view: View;
  closer: Closer;
  /** The digit that was chosen; null for the one that is read. */
  digit: number | null;
  choose: (digit: number | null) => void;
}

export function Teach({ lab, view, closer, digit, choose }: TeachProps) {
  const rate = useSignal("0.01");
  const steps = useSignal(1);
  const { trained } = view;
  return (
    <section class="digits-teach" aria-label="Train on this drawing">
      <div>
        <label>
          This is a{" "}
          <select
            value={digit ?? ""}
            onChange={(event) => {
              const chosen = event.currentTarget.value;
              choose(chosen === "" ? null : Number(chosen));
            }}
          >
            <option value="">{digit === null ? `${closer.digit}, as read` : "as read"}</option>
            {view.outputs.map((one) => (
              <option key={one.digit}>{one.digit}</option>
            ))}
          </select>
        </label>
        <span role="status" aria-label="Loss">
          loss = <NumberShown {...closer.loss} />
        </span>
      </div>
      <div>
        <button
          type="button"
          class="primary"
          onClick={() => lab.act("train", { digit: closer.digit, steps: steps.value, rate: rate.value })}
        >
          Train
        </button>
        <select
          aria-label="Steps"
          value={steps.value}
          onChange={(event) => {
            steps.value = Number(event.currentTarget.value);
          }}
        >
          <option value={1}>1 step</option>
          <option value={10}>10 steps</option>
          <option value={100}>100 steps</option>
        </select>
        <label>
          rate{" "}
          <input
            type="text"
            size={4}
            autocomplete="off"
            aria-label="Learning rate"
            value={rate.value}
            onInput={(event) => {
              rate.value = event.currentTarget.value;
            }}
          />
        </label>
      </div>
      <p>
        {trained
          ? `Trained on drawings here: ${trained} step${trained === 1 ? "" : "s"}. Undo takes it back.`
          : "Gradient descent on this one drawing; Undo takes it back."}
      </p>
    </section>
  );
}
