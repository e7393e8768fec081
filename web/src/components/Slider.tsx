// A slider with its field: the hand moves the one, exact numbers go into the other.
import { Field } from "./Field";
import "./Slider.css";

export interface SliderProps {
  name: string;
  exact: string;
  shown?: string;
  least: number;
  most: number;
  step: number;
  /** Whether it is a number that answers Why?. */
  answers?: boolean;
  /** While the hand moves, and for the field. */
  change: (text: string) => void;
  /** What was typed; whether it could be done. */
  commit: (text: string) => Promise<boolean> | boolean;
  /** The hand has let go. */
  release?: () => void;
}

export function Slider({
  name,
  exact,
  shown,
  least,
  most,
  step,
  answers = true,
  change,
  commit,
  release,
}: SliderProps) {
  return (
    <span class="slider">
      <input
        type="range"
        aria-label={`${name}, slider`}
        min={least}
        max={most}
        step={step}
        value={exact}
        onInput={(event) => change(event.currentTarget.value)}
        onChange={release}
      />
      <Field
        name={name}
        label={name}
        exact={exact}
        answers={answers}
        commit={commit}
        {...(shown === undefined ? {} : { shown })}
      />
    </span>
  );
}
