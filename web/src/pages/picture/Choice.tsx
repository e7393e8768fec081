// One of a few words: radio buttons that look like one bar.
import { useId } from "preact/hooks";

export interface ChoiceProps<Value extends string> {
  name: string;
  value: Value;
  choices: Record<Value, string>;
  choose: (value: Value) => void;
}

export function Choice<Value extends string>({ name, value, choices, choose }: ChoiceProps<Value>) {
  const id = useId();
  return (
    <fieldset class="choice">
      <legend>{name}</legend>
      {(Object.keys(choices) as Value[]).map((one) => (
        <label key={one}>
          <input type="radio" name={id} checked={one === value} onChange={() => choose(one)} />
          {choices[one]}
        </label>
      ))}
    </fieldset>
  );
}
